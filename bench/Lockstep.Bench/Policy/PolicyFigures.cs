using System.Diagnostics;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;

namespace Lockstep.Bench.Policy;

/// <summary>Times of single decisions in nanoseconds (by the clock, and by processor time where others share the machine), and the memory each took.</summary>
internal sealed record PolicyFigures(double Mean, double Median, double P99, double AllocatedPerDecision, double Considered, double Processor)
{
    public static PolicyFigures Measure(Authorizer authorizer, IEntitySource entities, IReadOnlyList<AuthorizationRequest> requests, TimeSpan length)
    {
        var buffer = new DecisionBuffer();
        var (times, considered) = (new long[4_000_000], 0L);
        for (var i = 0; i < 60_000; i++)
        {
            authorizer.Decide(requests[i % requests.Count], entities, buffer);
        }

        using var process = Process.GetCurrentProcess();
        var processor = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var count = 0;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        while (count < times.Length && clock.Elapsed < length)
        {
            var request = requests[count % requests.Count];
            var start = Stopwatch.GetTimestamp();
            authorizer.Decide(request, entities, buffer);
            times[count++] = Stopwatch.GetTimestamp() - start;
            considered += buffer.Considered;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var total = clock.Elapsed.TotalNanoseconds;
        process.Refresh();
        processor = process.TotalProcessorTime - processor;
        var sorted = times.AsSpan(0, count);
        sorted.Sort();
        var tick = 1e9 / Stopwatch.Frequency;
        return new(total / count, sorted[count / 2] * tick, sorted[(int)((count - 1) * 0.99)] * tick, (double)allocated / count, (double)considered / count, processor.TotalNanoseconds / count);
    }
}
