namespace Lockstep.Testing.Revocation;

/// <summary>A clock wound by hand: timers fire when it is moved past them, in order of their time.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Gets or sets what happens after the clock has moved and before the timer fires.</summary>
    public Action<DateTimeOffset>? OnAdvance { get; set; }

    /// <summary>Moves to the next timer and fires it; false if none is waiting.</summary>
    public bool AdvanceToNextTimer(TimeSpan within)
    {
        ManualTimer? next;
        lock (_lock)
        {
            next = _timers.Where(t => t.Due <= _now + within).MinBy(t => t.Due);
            if (next is null)
            {
                return false;
            }

            _now = next.Due > _now ? next.Due : _now;
            _timers.Remove(next);
        }

        OnAdvance?.Invoke(GetUtcNow());
        next.Fire();
        return true;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
