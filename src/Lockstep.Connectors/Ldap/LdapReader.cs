using System.Formats.Asn1;
using System.Globalization;
using System.Runtime.CompilerServices;
using Lockstep.Connectors.Ldap.Wire;

namespace Lockstep.Connectors.Ldap;

/// <summary>Bound connections and complete searches.</summary>
internal sealed class LdapReader(LdapSettings settings, TimeProvider time)
{
    public const string PagedResultsOid = "1.2.840.113556.1.4.319";

    /// <summary>Connects and binds as ourselves.</summary>
    public async Task<LdapChannel> OpenAsync(CancellationToken cancellation)
    {
        var channel = await LdapChannel.OpenAsync(LdapEndpoint.Of(settings), time, cancellation);
        try
        {
            using var password = await SecretSourceException.ReadAsync(settings.Password, cancellation);
            await channel.BindAsync(settings.BindDn, password, cancellation);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync();
            throw;
        }
    }

    /// <summary>Streams every entry that a search finds, page by page. Ends normally only if the listing was complete.</summary>
    /// <param name="channel">A bound connection.</param>
    /// <param name="search">What to search for.</param>
    /// <param name="onReference">Called for each part of the tree that lies elsewhere.</param>
    /// <param name="cancellation">Abandons the search.</param>
    public async IAsyncEnumerable<LdapAnswer.Entry> PagedAsync(
        LdapChannel channel, LdapSearch search, Action onReference, [EnumeratorCancellation] CancellationToken cancellation)
    {
        byte[] cookie = [];
        var (count, lastPage) = (0, 0);
        do
        {
            LdapControl[] controls = [new(PagedResultsOid, true, PageControl(settings.PageSize, cookie))];
            LdapAnswer.Done? done = null;
            lastPage = 0;
            await foreach (var answer in channel.SearchAsync(search, controls, bounded: true, cancellation))
            {
                if (answer is LdapAnswer.Entry entry)
                {
                    lastPage++;
                    yield return entry;
                }
                else if (answer is LdapAnswer.Reference)
                {
                    onReference();
                }

                done = answer as LdapAnswer.Done;
            }

            cookie = CookieOf(done!);
            count += lastPage;
        }
        while (cookie.Length > 0);

        // The server had promised another page and it was empty: right if the pages before were just full, wrong if it was lost.
        if (lastPage == 0 && count > 0 && await CountAsync(channel, search, cancellation) is var second && second != count)
        {
            throw new IncompleteObservationException(new("LS2109", ConnectorErrorKind.Broken, string.Create(
                CultureInfo.InvariantCulture, $"the last page of {count} entries was empty, and a second count in larger pages gave {second}")));
        }
    }

    /// <summary>Counts what a search finds, in pages of another size, so that a page that is lost again changes the number.</summary>
    private async Task<int> CountAsync(LdapChannel channel, LdapSearch search, CancellationToken cancellation)
    {
        var (cookie, count) = (Array.Empty<byte>(), 0);
        do
        {
            LdapControl[] controls = [new(PagedResultsOid, true, PageControl((settings.PageSize * 2) + 1, cookie))];
            await foreach (var answer in channel.SearchAsync(search with { Attributes = ["1.1"] }, controls, bounded: true, cancellation))
            {
                count += answer is LdapAnswer.Entry ? 1 : 0;
                cookie = answer is LdapAnswer.Done done ? CookieOf(done) : cookie;
            }
        }
        while (cookie.Length > 0);

        return count;
    }

    /// <summary>Finds the entry with this immutable key, or <see langword="null"/> if a complete search has none.</summary>
    /// <exception cref="LdapRefusalException">Also if the base itself is hidden from us: then absence would prove nothing.</exception>
    public async Task<LdapAnswer.Entry?> FindAsync(LdapChannel channel, Guid uuid, CancellationToken cancellation)
    {
        var filter = new LdapFilter.Any(
            [new LdapFilter.EqualTo("entryUUID", uuid.ToString()), new LdapFilter.EqualToBytes("objectGUID", uuid.ToByteArray())]);
        var found = await AllAsync(channel, new(settings.BaseDn, LdapScope.Subtree, filter, EntryNames.Asked), cancellation);
        if (found.Count == 0)
        {
            var bases = await AllAsync(channel, new(settings.BaseDn, LdapScope.Base, LdapFilter.Everything, ["1.1"]), cancellation);
            return bases.Count > 0 ? null
                : throw new LdapRefusalException(LdapCodes.InsufficientAccessRights, "the base is not visible to us");
        }

        return found[0];
    }

    public async Task<List<LdapAnswer.Entry>> AllAsync(LdapChannel channel, LdapSearch search, CancellationToken cancellation)
    {
        var entries = new List<LdapAnswer.Entry>();
        await foreach (var entry in PagedAsync(channel, search, static () => { }, cancellation))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Says whether any account but our own shows us that it has a password. Reads one page.</summary>
    public async Task<bool> SeesPasswordsAsync(LdapChannel channel, CancellationToken cancellation)
    {
        var search = new LdapSearch(settings.BaseDn, LdapScope.Subtree, new LdapFilter.Present("userPassword"), ["userPassword"]);
        LdapControl[] firstPage = [new(PagedResultsOid, true, PageControl(settings.PageSize, []))];
        var (isSeen, own) = (false, DistinguishedName.Canonical(settings.BindDn));
        await foreach (var answer in channel.SearchAsync(search, firstPage, bounded: true, cancellation))
        {
            isSeen |= answer is LdapAnswer.Entry entry && entry.Attributes.ContainsKey("userpassword")
                && DistinguishedName.Canonical(entry.Dn) != own;
        }

        return isSeen;
    }

    private static byte[] PageControl(int size, byte[] cookie)
    {
        var writer = new AsnWriter(AsnEncodingRules.BER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(size);
            writer.WriteOctetString(cookie);
        }

        return writer.Encode();
    }

    private static byte[] CookieOf(LdapAnswer.Done done)
    {
        if (done.Code != LdapCodes.Success)
        {
            throw new LdapRefusalException(done.Code, done.Diagnostic);
        }

        // A server without paging sends everything at once and no control; the size limit, if hit, was a refusal above.
        var control = done.Controls.FirstOrDefault(c => c.Oid == PagedResultsOid);
        if (control?.Value is not { } value)
        {
            return [];
        }

        var sequence = new AsnReader(value, AsnEncodingRules.BER).ReadSequence();
        _ = sequence.ReadInteger();
        return sequence.ReadOctetString();
    }
}
