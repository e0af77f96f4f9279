using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary>
/// <c>policy</c>: which policies decide; <c>policy reload</c> has them read again; what they could say, and what others would.
/// </summary>
internal static class PolicyVerb
{
    internal static Command Create(Terminal terminal)
    {
        var reload = VerbOptions.Verb(
                "reload", "Has the policies read again; exit code 1 if they cannot run", "lockstep policy reload")
            .Asks(terminal, async (client, parsed, cancellationToken) =>
                Show(terminal, parsed, await client.ReloadPolicyAsync(cancellationToken)));
        return VerbOptions.Verb(
                "policy", "Which policies decide; exit code 1 if newer ones cannot run", "lockstep policy", reload,
                PolicyAppliesVerb.Create(terminal), PolicyImpactVerb.Create(terminal))
            .Asks(terminal, async (client, parsed, cancellationToken) =>
                Show(terminal, parsed, await client.PolicyAsync(cancellationToken)));
    }

    private static int Show(Terminal terminal, ParseResult parsed, PolicyView view)
    {
        if (parsed.GetValue(VerbOptions.Json))
        {
            terminal.Json(view, WireJson.Default.PolicyView);
            return ExitOf(view);
        }

        var files = view.Files.Count == 0 ? "the shipped policy" : $"{view.Files.Count} files";
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture, $"{view.Policies} policies of {files} decide since {view.Since:u}: {view.Digest}"));
        foreach (var file in view.Files)
        {
            terminal.Line($"  {file}");
        }

        var own = view.Access.Files.Count == 0 ? "the shipped set" : $"{view.Access.Files.Count} files";
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{view.Access.Policies} policies of {own} say since {view.Access.Since:u} who may do what in Lockstep itself: "
                + $"{view.Access.Digest}"));
        foreach (var file in view.Access.Files)
        {
            terminal.Line($"  {file}");
        }

        terminal.Line($"  roles: {string.Join(", ", view.Access.Roles)}");
        terminal.Line($"{view.DecisionsLogged} decisions written to the ledger, {view.DecisionsLost} lost");
        if (view.Problems.Count > 0)
        {
            terminal.Line($"newer files cannot run, so these decide on; {view.Problems.Count} problems:");
        }

        foreach (var problem in view.Problems)
        {
            terminal.Line($"  {problem}");
        }

        return ExitOf(view);
    }

    private static int ExitOf(PolicyView view) => view.Problems.Count > 0 ? ExitCode.DoesNotHold : ExitCode.Ok;
}
