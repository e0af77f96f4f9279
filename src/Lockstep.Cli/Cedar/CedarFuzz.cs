using System.Diagnostics;
using System.Globalization;
using Lockstep.Cedar.Formatting;
using Lockstep.Cedar.Lines;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;

namespace Lockstep.Cli.Cedar;

/// <summary>Mutates policy texts and requests. Whatever comes, the answer is a value or a fault with its place.</summary>
internal sealed class CedarFuzz(int seed, TextWriter output)
{
    private static readonly TimeSpan SlowestAllowed = TimeSpan.FromSeconds(2);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _slowest;
    private int _accepted;
    private int _failures;

    /// <summary>Runs both kinds and prints figures; exit code 0 when nothing went wrong.</summary>
    public int Run(int count)
    {
        var schema = Schema.Parse(CedarFuzzSeeds.SchemaText);
        Series("policy texts", count, CedarFuzzSeeds.Policies, text =>
        {
            if (!PolicySet.TryParse(text, out var policies, out _))
            {
                return false;
            }

            new Validator(schema).Validate(policies);
            PolicyFormatter.Format(text);
            return true;
        });

        var session = new LineSession();
        session.Answer(CedarFuzzSeeds.Load);
        Series("requests", count, CedarFuzzSeeds.Requests, line => !session.Answer(line).Contains("\"error\":", StringComparison.Ordinal));
        return _failures == 0 ? 0 : 1;
    }

    private void Series(string what, int count, IReadOnlyList<string> seeds, Func<string, bool> feed)
    {
        (_accepted, _slowest) = (0, TimeSpan.Zero);
        var started = _clock.Elapsed;
        var mutator = new CedarMutator(new Random(seed), seeds);
        for (var i = 0; i < count; i++)
        {
            Feed(mutator.Next(), feed);
        }

        using var process = Process.GetCurrentProcess();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} mutated {what}: {_accepted} accepted, {_failures} failures, slowest {_slowest.TotalMilliseconds:F1} ms, "
            + $"{(_clock.Elapsed - started).TotalSeconds:F1} s, peak memory {process.PeakWorkingSet64 / 1_048_576} MiB"));
    }

    private void Feed(string text, Func<string, bool> feed)
    {
        var before = _clock.Elapsed;
        try
        {
            _accepted += feed(text) ? 1 : 0;
        }
        catch (CedarException)
        {
            // A fault with its place is a right answer.
        }
        catch (Exception fault)
        {
            _failures++;
            output.WriteLine($"{fault.GetType().Name}: {fault.Message}\n{text}");
        }

        var took = _clock.Elapsed - before;
        _slowest = took > _slowest ? took : _slowest;
        if (took > SlowestAllowed)
        {
            _failures++;
            output.WriteLine($"took {took}:\n{text}");
        }
    }
}
