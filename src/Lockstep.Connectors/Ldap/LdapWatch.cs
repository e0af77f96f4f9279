using System.Runtime.CompilerServices;
using Lockstep.Connectors.Ldap.Wire;
using Lockstep.Graph;

namespace Lockstep.Connectors.Ldap;

/// <summary>Streams changes as they happen: syncrepl, RFC 4533, refreshAndPersist.</summary>
/// <remarks>
/// The first stretch brings the whole directory and ends with a full <see cref="Observation.Complete"/>; after it each change that the
/// server announces is told as the difference it makes to the facts, followed by a <see cref="Observation.Complete"/> that is not full.
/// </remarks>
internal sealed class LdapWatch(string systemName, LdapSettings settings, LdapReader reader, LdapObserver observer)
{
    public async IAsyncEnumerable<Observation> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var picture = new DirectoryPicture(systemName, DistinguishedName.Canonical(settings.BindDn));
        var (sent, isWhole) = (new Dictionary<FactKey, Fact>(), false);
        await using var channel = await reader.OpenAsync(cancellation);
        picture.Policy = await observer.PoliciesAsync(channel, cancellation);
        var search = new LdapSearch(settings.BaseDn, LdapScope.Subtree, LdapFilter.AnyClass(DirectoryEntry.Classes), EntryNames.Asked);
        await foreach (var answer in channel.SearchAsync(search, [SyncControls.RefreshAndPersist()], bounded: false, cancellation))
        {
            var isFull = !isWhole && EndsRefresh(answer);
            isWhole |= isFull;
            if (!Take(picture, answer) && !isFull)
            {
                continue;
            }

            if (isWhole)
            {
                foreach (var change in picture.Changes(sent))
                {
                    yield return change;
                }

                foreach (var gap in LdapObserver.Gaps(picture, elsewhere: 0))
                {
                    yield return gap;
                }

                yield return new Observation.Complete(isFull, Cursor: null);
            }
        }
    }

    private static bool EndsRefresh(LdapAnswer answer) =>
        answer is LdapAnswer.Intermediate message && SyncControls.Info(message) is { EndsRefresh: true };

    /// <summary>Takes one answer into the picture; says whether it may have changed anything.</summary>
    private bool Take(DirectoryPicture picture, LdapAnswer answer)
    {
        switch (answer)
        {
            case LdapAnswer.Entry entry:
                return TakeEntry(picture, entry);
            case LdapAnswer.Intermediate message when SyncControls.Info(message) is { Deleted.Count: > 0 } info:
                return info.Deleted.Where(picture.Remove).ToArray().Length > 0;
            case LdapAnswer.Done { Code: LdapCodes.SyncRefreshRequired }:
                throw new IOException("the server asks for a new refresh (4096)");
            case LdapAnswer.Done done:
                throw new LdapRefusalException(done.Code, done.Diagnostic);
            default:
                return false;
        }
    }

    private bool TakeEntry(DirectoryPicture picture, LdapAnswer.Entry entry)
    {
        var (state, uuid) = SyncControls.State(entry);
        if (state == SyncState.Delete)
        {
            return picture.Remove(uuid);
        }

        if (state == SyncState.Present
            || DirectoryEntry.Of(entry, [.. settings.ServiceBases.Select(DistinguishedName.Canonical)]) is not { } ours)
        {
            return false;
        }

        picture.Put(ours);
        return true;
    }
}
