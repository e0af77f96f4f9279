using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>blast-radius</c> and <c>exposure</c>: what a node reaches, and what reaches it.</summary>
internal static class ReachVerbs
{
    internal static Command BlastRadius(Terminal terminal) => Create(
        terminal, "blast-radius", "Everything that a node reaches: what is at stake if its holder is hostile", "lockstep blast-radius dana",
        "reaches", (client, node, asOf, max, cancellationToken) => client.BlastRadiusAsync(node, asOf, cancellationToken, max));

    internal static Command Exposure(Terminal terminal) => Create(
        terminal, "exposure", "Everything that reaches a node, and so could use it", "lockstep exposure payments", "is reached by",
        (client, node, asOf, max, cancellationToken) => client.ExposureAsync(node, asOf, cancellationToken, max));

    private static Command Create(
        Terminal terminal, string name, string about, string example, string verb,
        Func<LockstepClient, string, DateTimeOffset?, int?, CancellationToken, Task<ReachAnswer>> ask)
    {
        var node = new Argument<string>("node") { Description = "Node id, or the name of an identity, a resource or a secret" };
        var (asOf, max) = (VerbOptions.AsOf(), VerbOptions.Max());
        return VerbOptions.Verb(name, about, example, node, asOf, max).Asks(terminal, async (client, parsed, cancellationToken) =>
        {
            var answer = await ask(client, parsed.GetRequiredValue(node), parsed.GetValue(asOf), parsed.MaxOf(max), cancellationToken);
            if (parsed.GetValue(VerbOptions.Json))
            {
                terminal.Json(answer, WireJson.Default.ReachAnswer);
                return ExitCode.Ok;
            }

            var kinds = string.Join(", ", answer.ByKind.Select(k => string.Create(CultureInfo.InvariantCulture, $"{k.Value} {k.Key}")));
            terminal.Line($"{answer.Node.Name} ({answer.Node.Id}) {verb} {answer.Found} nodes{(kinds.Length > 0 ? $": {kinds}" : string.Empty)}");
            foreach (var reached in answer.Nodes)
            {
                terminal.Line(string.Create(
                    CultureInfo.InvariantCulture, $"  {reached.Depth,3}  {reached.Node.Name} ({reached.Node.Kind}, {reached.Node.System}, {reached.Node.State})"));
            }

            if (answer.Found > answer.Nodes.Count)
            {
                terminal.Line($"Shown are the nearest {answer.Nodes.Count} of {answer.Found}; --max {answer.Found} shows all, --json too.");
            }

            ChainView.Limits(terminal, answer.IsComplete, answer.Limit, answer.NotSeen);
            return ExitCode.Ok;
        });
    }
}
