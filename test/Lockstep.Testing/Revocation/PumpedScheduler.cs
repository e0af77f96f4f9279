using System.Collections.Concurrent;

namespace Lockstep.Testing.Revocation;

/// <summary>
/// Executes tasks on the thread that pumps it, so that a clock wound by hand moves only when everything waits for it.
/// </summary>
/// <remarks>A clock that moves while a call is still being executed makes the call's time-out end it, on a busy machine only.</remarks>
public sealed class PumpedScheduler : TaskScheduler
{
    private readonly ConcurrentQueue<Task> _queue = [];

    /// <summary>Executes what is queued until a task is completed; winds the clock whenever nothing is left to execute.</summary>
    /// <param name="until">Pumping ends when it is completed, however it ended.</param>
    /// <param name="wind">Moves the clock to its next timer; false if there is none, and what is awaited comes from elsewhere.</param>
    public async Task PumpAsync(Task until, Func<bool> wind)
    {
        while (!until.IsCompleted)
        {
            if (_queue.TryDequeue(out var task))
            {
                TryExecuteTask(task);
            }
            else if (!wind())
            {
                await Task.Yield();
            }
        }
    }

    protected override void QueueTask(Task task) => _queue.Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _queue;
}
