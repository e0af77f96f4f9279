using System.Threading.Channels;
using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>The one writer of a ledger: commits together whatever waits at the same time, with one flush for all of it.</summary>
/// <remarks>
/// A lone intent costs one flush of the disk; a thousand that wait at the same time cost one flush as well. Every commit carries
/// the signed checkpoint over everything before it (a signature is about 40 microseconds), so no stored entry is ever unsigned.
/// </remarks>
internal sealed class LedgerWriter : IAsyncDisposable
{
    // Appenders wait when so many are waiting already, so memory stays bounded however fast facts come in.
    private const int WaitingMax = 1_024;
    private const int CommitEntriesMax = 65_536;

    private readonly Channel<Request> _requests = Channel.CreateBounded<Request>(
        new BoundedChannelOptions(WaitingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly EntryStore _store;
    private readonly MerkleTree _tree;
    private readonly SigningKey _key;
    private readonly EntryMark _marks;
    private readonly Lock _treeGate = new();
    private readonly Task _running;
    private volatile SignedCheckpoint _head;
    private volatile TaskCompletionSource _grown = NewSignal();
    private Exception? _fault;

    public LedgerWriter(EntryStore store, MerkleTree tree, SigningKey key, EntryMark marks, SignedCheckpoint head)
    {
        (_store, _tree, _key, _marks, _head) = (store, tree, key, marks, head);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Gets the signed checkpoint over everything that is committed.</summary>
    public SignedCheckpoint Head => _head;

    /// <summary>Gets what completes with the next commit; take it before looking at <see cref="Head"/>.</summary>
    public Task Grown => _grown.Task;

    /// <summary>Gets a value indicating whether the store failed, so that nothing is written any more.</summary>
    public bool HasFailed => Volatile.Read(ref _fault) is not null;

    /// <summary>Writes entries next to each other and returns the place of the first.</summary>
    public Task<long> AppendAsync(IReadOnlyList<byte[]> entries, Durability durability, CancellationToken cancellationToken) =>
        AskAsync(new(entries, durability, Work: null), cancellationToken);

    /// <summary>Does something with the store in the writer's turn, after everything that was asked for before.</summary>
    public Task DoAsync(Action work, CancellationToken cancellationToken) => AskAsync(new([], Durability.Intent, work), cancellationToken);

    /// <summary>Asks the tree; safe beside the writer. Only sizes up to that of <see cref="Head"/> mean anything.</summary>
    public T Ask<T>(Func<MerkleTree, T> question)
    {
        lock (_treeGate)
        {
            return question(_tree);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _running;
        _grown.TrySetException(new ObjectDisposedException(nameof(SqliteLedger)));
    }

    private async Task<long> AskAsync(Request request, CancellationToken cancellationToken)
    {
        try
        {
            await _requests.Writer.WriteAsync(request, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteLedger));
        }

        return await request.Done.Task.WaitAsync(cancellationToken);
    }

    private async Task RunAsync()
    {
        Request? next = null;
        while (next is not null || await _requests.Reader.WaitToReadAsync())
        {
            var batch = new List<Request>();
            var count = 0;
            while (next is not null || _requests.Reader.TryRead(out next))
            {
                // Other work, or more than one commit should hold, waits for the next turn.
                if (batch.Count > 0 && (
                    next.Work is not null || batch[0].Work is not null || count + next.Entries.Count > CommitEntriesMax))
                {
                    break;
                }

                batch.Add(next);
                count += next.Entries.Count;
                next = null;
            }

            Settle(batch);
        }
    }

    private void Settle(List<Request> batch)
    {
        try
        {
            if (_fault is not null)
            {
                throw new IOException("LS4043: the ledger's store failed earlier; open it again", _fault);
            }

            if (batch[0].Work is { } work)
            {
                work();
                batch[0].Done.SetResult(0);
                return;
            }

            Commit(batch);
        }
        catch (Exception e)
        {
            // What an unfinished commit left in memory cannot be trusted any more; the store itself is as before it.
            _fault ??= e;
            var failure = e as IOException ?? new IOException($"LS4043: the ledger's store failed: {e.Message}", e);
            batch.ForEach(request => request.Done.TrySetException(failure));
        }
    }

    private void Commit(List<Request> batch)
    {
        var first = _head.Checkpoint.Size;
        var rows = new List<StoredEntry>();
        foreach (var bytes in batch.SelectMany(request => request.Entries))
        {
            var mark = new byte[EntryMark.Length];
            lock (_treeGate)
            {
                _marks.Write(first + rows.Count, _tree.Append(bytes), mark);
            }

            rows.Add(new(first + rows.Count, bytes, mark));
        }

        var size = first + rows.Count;
        var head = _key.Sign(new(_head.Checkpoint.Origin, size, Ask(tree => tree.Root(size))));
        var durability = batch.Exists(request => request.Durability is Durability.Intent) ? Durability.Intent : Durability.Relaxed;
        _store.Append(first, rows, head.Note, durability);
        _head = head;

        var at = first;
        foreach (var request in batch)
        {
            request.Done.TrySetResult(at);
            at += request.Entries.Count;
        }

        var grown = _grown;
        _grown = NewSignal();
        grown.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed record Request(IReadOnlyList<byte[]> Entries, Durability Durability, Action? Work)
    {
        public TaskCompletionSource<long> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
