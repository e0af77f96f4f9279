using System.CommandLine;
using System.Globalization;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary>
/// <c>guardrails</c>: what must never be, and how it stands; <c>check</c> says who violates it and by which chain, or what a change would.
/// </summary>
internal static class GuardrailsVerb
{
    private const string Checking = "checking the guardrails";
    private const long FilesBytesMax = 16 * 1024 * 1024;

    internal static Command Create(Terminal terminal)
    {
        var reload = VerbOptions.Verb("reload", "Has the guardrails read again; exit code 1 if they cannot run", "lockstep guardrails reload")
            .Asks(terminal, async (client, parsed, cancellationToken) =>
                List(terminal, parsed, await terminal.WaitAsync(Checking, client.ReloadGuardrailsAsync(cancellationToken))));
        return VerbOptions.Verb(
                "guardrails", "The guardrails and how each stands; exit code 1 if newer files cannot run", "lockstep guardrails", Check(terminal), reload)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
                List(terminal, parsed, await terminal.WaitAsync(Checking, client.GuardrailsAsync(cancellationToken))));
    }

    private static Command Check(Terminal terminal)
    {
        var facts = new Option<string?>("--what-if")
        {
            Description = "A folder of fact files, as all that a system would say, or one fact file, as what it would say besides; nothing is written",
        };
        var system = new Option<string?>("--system") { Description = "For --what-if: which system would say it; unless given, as the folder or file is called" };
        return VerbOptions.Verb(
                "check", "Who violates a guardrail, and by which chain; exit code 1 if one is violated or cannot be judged",
                "lockstep guardrails check\nlockstep guardrails check --what-if ./facts/crm", facts, system)
            .Asks(terminal, async (client, parsed, cancellationToken) => parsed.GetValue(facts) is { } path
                ? Show(terminal, parsed, await terminal.WaitAsync(Checking, client.WhatIfAsync(Read(path, parsed.GetValue(system)), cancellationToken)))
                : Show(terminal, parsed, await terminal.WaitAsync(Checking, client.GuardrailsAsync(cancellationToken))));
    }

    /// <summary>Reads the fact files that a change would bring.</summary>
    private static WhatIfRequest Read(string path, string? system)
    {
        try
        {
            var isFolder = Directory.Exists(path);
            var files = isFolder
                ? new DirectoryInfo(path).GetFiles("*.jsonl").OrderBy(f => f.Name, StringComparer.Ordinal).ToList() : [new FileInfo(path)];
            if (files.Sum(f => f.Length) > FilesBytesMax)
            {
                throw Wrong($"`{path}` holds more than {FilesBytesMax >> 20} MiB");
            }

            var name = system ?? Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
            return new(name, isFolder, [.. files.Select(f => new FactText(f.Name, File.ReadAllText(f.FullName)))]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"`{path}` cannot be read: {e.Message}");
        }
    }

    private static ApiException Wrong(string detail) => new(400, new ApiProblem(Detail: detail, Code: "LS6095"));

    private static int List(Terminal terminal, ParseResult parsed, GuardrailsAnswer answer)
    {
        if (parsed.GetValue(VerbOptions.Json))
        {
            terminal.Json(answer, WireJson.Default.GuardrailsAnswer);
        }
        else
        {
            terminal.Table(
                ["guardrail", "severity", "state", "violated by", "owner", "forbids"],
                answer.Guardrails.Select(g => (IReadOnlyList<string>)
                    [g.Id, g.Severity, g.State, Count(g.Violations.Count), g.OwnerNode?.Name ?? $"{g.Owner} (unknown)", g.About]));
            Tell(terminal, answer);
        }

        return answer.Problems.Count > 0 ? ExitCode.DoesNotHold : ExitCode.Ok;
    }

    private static int Show(Terminal terminal, ParseResult parsed, GuardrailsAnswer answer)
    {
        if (parsed.GetValue(VerbOptions.Json))
        {
            terminal.Json(answer, WireJson.Default.GuardrailsAnswer);
            return answer.Holds() ? ExitCode.Ok : ExitCode.DoesNotHold;
        }

        foreach (var guardrail in answer.Guardrails)
        {
            terminal.Line($"{guardrail.State.ToUpperInvariant(),-9} {guardrail.Id} ({guardrail.Severity}, owner {guardrail.Owner}): {guardrail.About}");
            foreach (var violation in guardrail.Violations)
            {
                Write(terminal, violation);
            }

            Unknown(terminal, guardrail.Unknown);
        }

        Tell(terminal, answer);
        return answer.Holds() ? ExitCode.Ok : ExitCode.DoesNotHold;
    }

    private static int Show(Terminal terminal, ParseResult parsed, WhatIfAnswer answer)
    {
        var exit = answer.Problems.Count > 0 ? ExitCode.Usage
            : answer.Added.Count > 0 || answer.Unknown.Count > 0 ? ExitCode.DoesNotHold : ExitCode.Ok;
        if (parsed.GetValue(VerbOptions.Json))
        {
            terminal.Json(answer, WireJson.Default.WhatIfAnswer);
            return exit;
        }

        foreach (var problem in answer.Problems)
        {
            terminal.Problem(problem);
        }

        foreach (var violation in answer.Added)
        {
            terminal.Line($"WOULD VIOLATE {violation.Guardrail}");
            Write(terminal, violation);
        }

        foreach (var violation in answer.Ended)
        {
            terminal.Line($"would end: {violation.Guardrail}: {violation.Principal.Name}, {violation.Found} accesses");
        }

        Unknown(terminal, answer.Unknown);
        if (answer.Problems.Count == 0)
        {
            terminal.Line($"{answer.Added.Count} violations would come, {answer.Ended.Count} would go; {answer.Asked} principals asked, nothing written");
        }

        return exit;
    }

    private static void Write(Terminal terminal, ViolationView violation)
    {
        terminal.Line($"  {violation.Principal.Name} ({violation.Principal.Id}): {violation.Found} accesses");
        foreach (var access in violation.Accesses)
        {
            var part = access.Part.Length == 0 ? string.Empty : $"{access.Part}: ";
            if (access.Chain is { } chain)
            {
                ChainView.Draw(terminal, chain, $"  {part}{ChainView.Headline(chain)}");
            }
            else
            {
                terminal.Line($"  {part}{access.Action}");
            }
        }

        if (violation.Found > violation.Accesses.Count)
        {
            terminal.Line($"  and {violation.Found - violation.Accesses.Count} more");
        }
    }

    private static void Unknown(Terminal terminal, IReadOnlyList<string> unknown)
    {
        foreach (var why in unknown)
        {
            terminal.Line($"  not known: {why}");
        }
    }

    private static void Tell(Terminal terminal, GuardrailsAnswer answer)
    {
        if (answer.Guardrails.Count == 0)
        {
            terminal.Line("No guardrails run: nothing was checked. Name their files in `policy.guardrails`; samples/guardrails is a beginning.");
        }

        if (answer.Problems.Count > 0)
        {
            terminal.Line($"newer files cannot run, so these run on; {answer.Problems.Count} problems:");
        }

        foreach (var problem in answer.Problems)
        {
            terminal.Line($"  {problem}");
        }
    }

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
