using System.CommandLine;
using Lockstep.Cli.Cedar;

namespace Lockstep.Cli.Verbs;

/// <summary><c>fuzz</c>: mutated input against the readers; a crash, a hang or unbounded memory fails the run.</summary>
internal static class FuzzVerb
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var command = CedarInputs.Verb(
            "fuzz", "Feed mutated input to the readers; no crash, no hang, no unbounded memory.", "lockstep fuzz cedar --count 1000000");
        var count = new Option<int>(
            "--count") { Description = "Mutated policy texts, and as many mutated requests.", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>(
            "--seed") { Description = "Where the run starts; the same seed makes the same input.", DefaultValueFactory = _ => 1 };
        var cedar = CedarInputs.Verb("cedar", "Mutate Cedar policy texts and requests.", "lockstep fuzz cedar --count 1000000 --seed 7");
        CedarInputs.Add(cedar, count, seed);
        cedar.SetAction(given => new CedarFuzz(given.GetValue(seed), Console.Out).Run(given.GetValue(count)));
        command.Subcommands.Add(cedar);
        return command;
    }
}
