using System.Globalization;
using System.Text;
using Lockstep.Client;

namespace Lockstep.Ask;

/// <summary>Draws chains link by link: plane, system and credential of each.</summary>
internal static class ChainView
{
    /// <summary>Draws a chain under a headline.</summary>
    internal static void Draw(Terminal terminal, AccessChain chain, string? headline = null)
    {
        // One write a chain: there may be thousands.
        var lines = new StringBuilder();
        lines.Append(terminal.Paint("1", Terminal.Safe(headline ?? Headline(chain)))).Append('\n');
        lines.Append(Terminal.Safe($"   {chain.Start.Name} ({chain.Start.Kind}{State(chain.Start)})")).Append('\n');
        foreach (var link in chain.Links)
        {
            var action = link.Action is null ? string.Empty : $" {link.Action}";
            var how = link.Enforcement == "online" ? string.Empty : $", {link.Enforcement}";
            var until = link.ValidUntil is { } end ? string.Create(CultureInfo.InvariantCulture, $", until {end:u}") : string.Empty;
            var mark = link.To.Kind is "credential" or "session" ? " *" : string.Empty;
            lines.Append("    ").Append(terminal.Paint(Color(link.Plane), $"{link.Plane,-10} ")).Append(Terminal.Safe(
                $"{link.Kind}{action} -> {link.To.Name} ({link.To.Kind}, {link.To.System}{State(link.To)}{how}{until}){mark}")).Append('\n');
        }

        terminal.Output.Write(lines);
    }

    /// <summary>Says in a line what a chain gives.</summary>
    internal static string Headline(AccessChain chain)
    {
        var with = chain.Credential is { } credential ? $" with {credential.Name}" : string.Empty;
        return $"{chain.Action} on {chain.Resource.Name} ({chain.Resource.System}){with}; after a cut: {chain.DenialBound}";
    }

    /// <summary>Says what of an answer is not shown, and what it does not contain.</summary>
    internal static void Limits(Terminal terminal, ChainsAnswer answer)
    {
        if (answer.Found > answer.Chains.Count)
        {
            terminal.Line($"Shown are {answer.Chains.Count} of {answer.Found}; --max {answer.Found} shows all, --json too.");
        }

        Limits(terminal, answer.IsComplete, answer.Limit, answer.NotSeen);
    }

    /// <summary>Says what the answer does not contain because it could not be seen, or was cut short.</summary>
    internal static void Limits(Terminal terminal, bool isComplete, string? limit, IReadOnlyList<string> notSeen)
    {
        if (!isComplete)
        {
            terminal.Line($"Cut short: {limit}. What is shown is true, and not all there is.");
        }

        foreach (var gap in notSeen)
        {
            terminal.Line($"Not seen: {gap}");
        }
    }

    private static string State(NodeView node) => node.State == "active" ? string.Empty : $", {node.State}";

    private static string Color(string plane) => plane switch
    {
        "iam" => "34",
        "pam" => "35",
        "secrets" => "33",
        _ => "90",
    };
}
