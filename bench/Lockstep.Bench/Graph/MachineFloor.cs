using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Lockstep.Bench.Graph;

/// <summary>What memory gives in the same run: no graph can be faster than this.</summary>
/// <param name="SequentialGBs">Gigabytes a second, read in order by one thread.</param>
/// <param name="RandomMs">Independent 4-byte reads at random places, millions a second.</param>
/// <param name="MissNs">Nanoseconds for a read whose address the read before it gave.</param>
internal sealed record MachineFloor(double SequentialGBs, double RandomMs, double MissNs)
{
    private const int Words = 1 << 27;
    private const int Reads = 1 << 22;

    /// <summary>Measures over 512 MiB of the collector's heap; the best of three rounds each.</summary>
    public static MachineFloor Measure()
    {
        var memory = new uint[Words];
        var place = 1u;
        for (var i = 0; i < Words; i++)
        {
            // A full cycle through all places, far apart: the classic generator with an odd addend.
            memory[i] = unchecked(((uint)i * 1_664_525u) + 1_013_904_223u) & (Words - 1);
        }

        var sequential = Best(() => Sum(memory));
        var random = Best(() => Gather(memory));
        var chase = Best(() =>
        {
            for (var i = 0; i < Reads; i++)
            {
                place = memory[place];
            }
        });
        GC.KeepAlive(place);
        return new(Words * 4.0 / sequential / 1e9, Reads / random / 1e6, chase / Reads * 1e9);
    }

    private static void Sum(uint[] memory)
    {
        var sum = System.Numerics.Vector<uint>.Zero;
        foreach (var vector in MemoryMarshal.Cast<uint, System.Numerics.Vector<uint>>(memory))
        {
            sum += vector;
        }

        GC.KeepAlive(sum);
    }

    private static void Gather(uint[] memory)
    {
        var (sum, at) = (0u, 12_345u);
        for (var i = 0; i < Reads; i++)
        {
            at = unchecked((at * 1_664_525u) + 1_013_904_223u);
            sum ^= memory[(at >> 5) & (Words - 1)];
        }

        GC.KeepAlive(sum);
    }

    private static double Best(Action action) => Enumerable.Range(0, 3).Min(_ =>
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    });
}
