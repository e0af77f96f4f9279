using System.Text.RegularExpressions;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;
using Lockstep.Reconciliation.Findings;
using Lockstep.Reconciliation.Guardrails;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>Reads the guardrail that one file holds: its annotations, and what it forbids.</summary>
internal sealed partial class GuardrailReader(string file, PolicySet policies, List<PolicyProblem> problems)
{
    private const string Example =
        "begin the file with @id(\"no-human-reads\") @owner(\"kim@example.org\") @about(\"no human reads it\") @severity(\"high\") "
            + "@controls(\"standing-privilege\")";

    /// <summary>Reads its rules; none if it is wrong, which is then among the problems.</summary>
    public IReadOnlyList<GuardrailRule> Read()
    {
        var before = problems.Count;
        RequireForbids();
        if (policies.Policies.IsEmpty)
        {
            return [];
        }

        var head = policies.Policies.MinBy(p => p.Span.Start)!;
        var (id, owner, about) = (Annotation(head, "id"), Annotation(head, "owner"), Annotation(head, "about"));
        if (id.Length > 0 && !Shape().IsMatch(id))
        {
            Refuse("LS6091", head, $"`{id}` is no id of a guardrail", "lower-case letters, digits and `-`, beginning with a letter, at most 63");
        }

        var severity = ReadSeverity(head);
        var controls = ReadControls(head);
        var parts = ReadParts();
        if (problems.Count > before)
        {
            return [];
        }

        var guardrail = new Guardrail(id, owner, about, severity, controls, parts, file);
        return [.. policies.Policies.Zip(parts, (policy, part) =>
            new GuardrailRule(guardrail, part, policy with { Id = part.Length == 0 ? id : $"{id}#{part}" }))];
    }

    private void RequireForbids()
    {
        foreach (var permit in policies.Policies.Where(p => p.Effect == Effect.Permit))
        {
            Refuse("LS6092", permit, "a guardrail permits nothing", "`forbid`");
        }

        foreach (var template in policies.Templates)
        {
            Refuse("LS6092", template, "a guardrail is no template: nobody would link it", "a scope without `?principal` and `?resource`");
        }

        if (policies.Policies.IsEmpty && policies.Templates.IsEmpty)
        {
            problems.Add(new(file, new CedarDiagnostic("LS6092", "the file holds no policy", 0, 0) { Expected = "`forbid`" }));
        }
    }

    private string Annotation(Policy head, string name)
    {
        var value = head.FindAnnotation(name) ?? string.Empty;
        if (value.Length == 0)
        {
            Refuse("LS6091", head, $"the guardrail has no `@{name}`", $"`@{name}(\"...\")`", Example);
        }

        return value;
    }

    private FindingSeverity ReadSeverity(Policy head)
    {
        var text = Annotation(head, "severity");
        var words = Enum.GetValues<FindingSeverity>().ToDictionary(s => s.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        if (text.Length > 0 && !words.ContainsKey(text))
        {
            Refuse("LS6094", head, $"`{text}` is no severity", string.Join(", ", words.Keys.Select(w => $"`{w}`")));
        }

        return words.GetValueOrDefault(text);
    }

    /// <summary>Reads <c>sod-conflict, iso_27001_2022:A.5.3</c>: entries of the control map, and controls of its frameworks.</summary>
    private Dictionary<string, IReadOnlyList<string>> ReadControls(Policy head)
    {
        var found = new List<(string Framework, string Id)>();
        foreach (var word in Annotation(head, "controls").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split(':', 2, StringSplitOptions.TrimEntries);
            if (parts is [var framework, { Length: > 0 } control] && ControlMap.Shipped.Frameworks.ContainsKey(framework))
            {
                found.Add((framework, control));
            }
            else if (ControlMap.Shipped.Ids.Contains(word))
            {
                found.AddRange(ControlMap.Shipped.Get(word).SelectMany(f => f.Value.Select(c => (f.Key, c))));
            }
            else if (word != "none")
            {
                Refuse(
                    "LS6094", head, $"`{word}` is no control",
                    "`none`, an entry of the control map such as `sod-conflict`, or `FRAMEWORK:ID` such as `iso_27001_2022:A.5.3`",
                    $"frameworks are {string.Join(", ", ControlMap.Shipped.Frameworks.Keys)}");
            }
        }

        return found.Distinct().GroupBy(c => c.Framework, c => c.Id).ToDictionary(
            g => g.Key, IReadOnlyList<string> (g) => [.. g.Order(StringComparer.Ordinal)], StringComparer.Ordinal);
    }

    private List<string> ReadParts()
    {
        var parts = policies.Policies.Select(p => p.FindAnnotation("part") ?? string.Empty).ToList();
        foreach (var (policy, part) in policies.Policies.Zip(parts).Where(p => parts.Count > 1 && p.Second.Length == 0))
        {
            Refuse(
                "LS6093", policy, "a guardrail of several policies forbids to have all of them together, and this one has no name",
                "`@part(\"...\")`", "what is forbidden by itself is a guardrail of its own, in a file of its own");
        }

        foreach (var same in policies.Policies.Zip(parts).Where(p => p.Second.Length > 0).GroupBy(p => p.Second).Where(g => g.Count() > 1))
        {
            Refuse("LS6093", same.Last().First, $"part `{same.Key}` is there twice", "a name of its own", "alternatives go into one policy, with `||`");
        }

        return parts;
    }

    private void Refuse(string code, Policy at, string message, string expected, string? hint = null) =>
        problems.Add(new(file, CedarDiagnostic.At(policies.Source!, at.Span, code, message) with { Expected = expected, Hint = hint }));

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Shape();
}
