using System.Collections.Concurrent;
using Lockstep.Graph;

namespace Lockstep.Revocation;

/// <summary>Lets one rotation of a credential follow another: two at once would each find the other's value.</summary>
/// <threadsafety>For any number of threads.</threadsafety>
internal sealed class RotationLocks
{
    private readonly ConcurrentDictionary<NodeId, SemaphoreSlim> _locks = new();

    /// <summary>Waits for the credential's turn; disposing of the answer gives it on.</summary>
    public async Task<IDisposable> TakeAsync(NodeId credential, CancellationToken cancellationToken)
    {
        var turn = _locks.GetOrAdd(credential, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
