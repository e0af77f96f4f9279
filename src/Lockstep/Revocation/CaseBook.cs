using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lockstep.Ledger;

namespace Lockstep.Revocation;

/// <summary>All cases as the ledger tells them.</summary>
/// <threadsafety>Every member may be called from any number of threads.</threadsafety>
public sealed class CaseBook
{
    private readonly ConcurrentDictionary<Guid, CaseView> _cases = new();
    private readonly ConcurrentDictionary<long, byte> _applied = new();
    private readonly List<(Guid Case, ChannelWriter<CaseView> To)> _watchers = [];
    private readonly Lock _lock = new();

    /// <summary>Folds an entry. An entry of no case, or one that was folded before, changes nothing.</summary>
    public void Apply(LedgerEntry entry)
    {
        if (CaseFold.CaseOf(entry) is not { } id)
        {
            return;
        }

        lock (_lock)
        {
            if (!_applied.TryAdd(entry.Index, 0))
            {
                return;
            }

            var view = CaseFold.Apply(_cases.GetValueOrDefault(id), entry);
            _cases[id] = view;
            foreach (var (_, to) in _watchers.Where(w => w.Case == id))
            {
                _ = to.TryWrite(view);
            }
        }
    }

    /// <summary>Finds a case, or <see langword="null"/>.</summary>
    public CaseView? Find(Guid id) => _cases.GetValueOrDefault(id);

    /// <summary>Lists all cases, newest first.</summary>
    public IReadOnlyList<CaseView> List() => [.. _cases.Values.OrderByDescending(c => c.OpenedAt).ThenBy(c => c.Id)];

    /// <summary>Streams a case: as it is, then after each change, until it is closed (its last element is then the closed case).</summary>
    public async IAsyncEnumerable<CaseView> WatchAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A slow watcher misses intermediate pictures, never the latest.
        var channel = Channel.CreateBounded<CaseView>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            _watchers.Add((id, channel.Writer));
            if (Find(id) is { } now)
            {
                _ = channel.Writer.TryWrite(now);
            }
        }

        try
        {
            await foreach (var view in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return view;
                if (view.IsClosed)
                {
                    yield break;
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers.RemoveAll(w => w.To == channel.Writer);
            }
        }
    }
}
