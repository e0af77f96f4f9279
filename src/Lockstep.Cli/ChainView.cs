using System.Globalization;
using Lockstep.Client;
using Spectre.Console;

namespace Lockstep.Cli;

/// <summary>Draws chains link by link: plane, system and credential of each.</summary>
internal static class ChainView
{
    /// <summary>Draws a chain under a headline.</summary>
    internal static void Draw(Terminal terminal, AccessChain chain, string? headline = null)
    {
        var console = terminal.Console;
        Line(console, headline ?? Headline(chain), "bold");
        Line(console, $"   {chain.Start.Name} ({chain.Start.Kind}{State(chain.Start)})", string.Empty);
        foreach (var link in chain.Links)
        {
            var action = link.Action is null ? string.Empty : $" {link.Action}";
            var how = link.Enforcement == "online" ? string.Empty : $", {link.Enforcement}";
            var until = link.ValidUntil is { } end ? string.Create(CultureInfo.InvariantCulture, $", until {end:u}") : string.Empty;
            var mark = link.To.Kind is "credential" or "session" ? " *" : string.Empty;
            console.Write("    ");
            console.Write(new Text($"{link.Plane,-10} ", Style.Parse(Color(link.Plane))));
            console.WriteLine(Terminal.Safe(
                $"{link.Kind}{action} -> {link.To.Name} ({link.To.Kind}, {link.To.System}{State(link.To)}{how}{until}){mark}"));
        }
    }

    /// <summary>Says in a line what a chain gives.</summary>
    internal static string Headline(AccessChain chain)
    {
        var with = chain.Credential is { } credential ? $" with {credential.Name}" : string.Empty;
        return $"{chain.Action} on {chain.Resource.Name} ({chain.Resource.System}){with}; after a cut: {chain.DenialBound}";
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

    private static void Line(IAnsiConsole console, string text, string style) =>
        console.WriteLine(Terminal.Safe(text), style.Length == 0 ? Style.Plain : Style.Parse(style));

    private static string State(NodeView node) => node.State == "active" ? string.Empty : $", {node.State}";

    private static string Color(string plane) => plane switch
    {
        "iam" => "blue",
        "pam" => "magenta1",
        "secrets" => "yellow",
        _ => "grey",
    };
}
