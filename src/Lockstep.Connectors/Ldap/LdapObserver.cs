using System.Globalization;
using System.Runtime.CompilerServices;
using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;

namespace Lockstep.Connectors.Ldap;

/// <summary>Lists the directory: everything, or what changed since this process looked last.</summary>
/// <remarks>
/// Members are names, and a name leads to a key only with the whole directory in view; so the picture of the last complete listing
/// is kept in memory (about 1 KiB an entry). A cursor is good only together with that picture: after a restart the listing is full.
/// </remarks>
internal sealed class LdapObserver(string systemName, LdapSettings settings, LdapReader reader) : IDisposable
{
    private readonly string _life = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<FactKey, Fact> _sent = [];
    private DirectoryPicture? _picture;
    private string? _csn;

    public async IAsyncEnumerable<Observation> ObserveAsync(string? cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var isFull = _picture is null || _csn is null || cursor != Cursor;
            var elsewhere = 0;
            var picture = isFull ? new DirectoryPicture(systemName, DistinguishedName.Canonical(settings.BindDn)) : _picture!;
            var since = isFull ? null : _csn;
            (_picture, _csn) = (null, null); // Should this listing break off, the next one is full.
            var csn = await FillAsync(picture, since, () => elsewhere++, cancellation);
            if (isFull)
            {
                _sent.Clear();
            }

            foreach (var change in picture.Changes(_sent))
            {
                yield return change;
            }

            foreach (var gap in Gaps(picture, elsewhere))
            {
                yield return gap;
            }

            (_picture, _csn) = (picture, csn);
            yield return new Observation.Complete(isFull, csn is null ? null : Cursor);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Lists the names of policies with <c>pwdLockout TRUE</c> that we can see.</summary>
    public async Task<LockPolicy> PoliciesAsync(LdapChannel channel, CancellationToken cancellation)
    {
        var search = new LdapSearch(settings.BaseDn, LdapScope.Subtree, LdapFilter.AnyClass(["pwdPolicy"]), ["pwdLockout"]);
        var policies = await reader.AllAsync(channel, search, cancellation);
        return new(policies.Where(p => p.Text("pwdlockout") == "TRUE").Select(p => DistinguishedName.Canonical(p.Dn)).ToHashSet(
            StringComparer.Ordinal));
    }

    private string Cursor => $"{_life}:{_csn}";

    /// <summary>
    /// Brings the picture up to date; returns the newest change number seen, or <see langword="null"/> if the directory has none.
    /// </summary>
    private async Task<string?> FillAsync(DirectoryPicture picture, string? since, Action onReference, CancellationToken cancellation)
    {
        await using var channel = await reader.OpenAsync(cancellation);
        picture.Policy = await PoliciesAsync(channel, cancellation);
        var newest = since;
        LdapFilter ours = LdapFilter.AnyClass(DirectoryEntry.Classes);
        var filter = since is null ? ours : new LdapFilter.All([ours, new LdapFilter.AtLeast("entryCSN", since)]);
        var search = new LdapSearch(settings.BaseDn, LdapScope.Subtree, filter, EntryNames.Asked);
        await foreach (var answer in reader.PagedAsync(channel, search, onReference, cancellation))
        {
            if (DirectoryEntry.Of(answer, ServiceBases) is { } entry)
            {
                picture.Put(entry);
                newest = Later(newest, answer.Text("entrycsn"));
            }
        }

        if (since is not null)
        {
            await RemoveAbsentAsync(picture, channel, cancellation);
        }

        return newest;
    }

    private IReadOnlyList<string> ServiceBases => [.. settings.ServiceBases.Select(DistinguishedName.Canonical)];

    /// <summary>A deletion leaves no trace but absence: list the keys of all entries, nothing else.</summary>
    private async Task RemoveAbsentAsync(DirectoryPicture picture, LdapChannel channel, CancellationToken cancellation)
    {
        var search = new LdapSearch(settings.BaseDn, LdapScope.Subtree, LdapFilter.AnyClass(DirectoryEntry.Classes), ["entryUUID"]);
        var present = new HashSet<Guid>();
        await foreach (var answer in reader.PagedAsync(channel, search, static () => { }, cancellation))
        {
            if (EntryNames.Uuid(answer) is { } uuid)
            {
                present.Add(uuid);
            }
        }

        foreach (var uuid in picture.Uuids.Where(u => !present.Contains(u)).ToArray())
        {
            picture.Remove(uuid);
        }
    }

    /// <summary>Says what could not be seen.</summary>
    public static IEnumerable<Observation> Gaps(DirectoryPicture picture, int elsewhere)
    {
        if (picture.AccountCount > 0 && !picture.ShowsPasswords)
        {
            yield return new Observation.NotCovered(
                DirectoryPicture.PasswordsScope,
                    LdapErrors.Absent("no userPassword is visible to us; whether accounts have one is not known"));
        }

        if (elsewhere > 0)
        {
            yield return new Observation.NotCovered(
                "referrals", LdapErrors.Unsupported($"{elsewhere} parts of the tree are on other servers"));
        }
    }

    private static string? Later(string? left, string? right) => string.CompareOrdinal(left, right) >= 0 ? left : right;
}
