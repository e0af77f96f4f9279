using System.Threading.Channels;

namespace Lockstep.Server.Workers;

/// <summary>Wakes one waiter; a ring that nobody waits for is remembered, once.</summary>
/// <threadsafety>Any number of threads may ring, one waits.</threadsafety>
internal sealed class Bell
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Wakes the waiter, or the next one.</summary>
    internal void Ring() => _rings.Writer.TryWrite(true);

    /// <summary>Waits for a ring.</summary>
    internal async Task WaitAsync(CancellationToken cancellationToken) => await _rings.Reader.ReadAsync(cancellationToken);

    /// <summary>Waits for a ring, but not longer than <paramref name="atMost"/>.</summary>
    internal async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ring = _rings.Reader.WaitToReadAsync(patience.Token).AsTask();
        var first = await Task.WhenAny(ring, Task.Delay(atMost, time, patience.Token));
        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (first == ring)
        {
            _rings.Reader.TryRead(out _);
        }
    }
}
