using System.Security.Cryptography;
using System.Text;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Lockstep.Cedar.Values;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>Reads guardrails from their files, a guardrail a file: everything that is wrong with any of them at once.</summary>
internal sealed class GuardrailFiles
{
    private const int FileBytesMax = 1024 * 1024;
    private const int FilesMax = 10_000;
    private readonly List<PolicyProblem> _problems = [];
    private readonly List<(string File, PolicySet Policies)> _parsed = [];
    private readonly StringBuilder _contents = new();

    private GuardrailFiles()
    {
    }

    /// <summary>Reads what is configured.</summary>
    public static GuardrailReading Read(PolicyConfig config) => new GuardrailFiles().ReadAll(config.Guardrails);

    /// <summary>Lists the files, those of folders in the order of their names.</summary>
    internal static IReadOnlyList<string> Expand(IReadOnlyList<string> configured) =>
        PolicyFiles.Expand(new PolicyConfig { Files = configured });

    private GuardrailReading ReadAll(IReadOnlyList<string> configured)
    {
        foreach (var empty in configured.Where(f => Directory.Exists(f) && Expand([f]).Count == 0))
        {
            Refuse(empty, "LS6051", "no `*.cedar` file is in this folder, so nothing would be checked");
        }

        var files = Expand(configured).Take(FilesMax).ToList();
        files.ForEach(Parse);
        var rules = _parsed.SelectMany(p => new GuardrailReader(p.File, p.Policies, _problems).Read()).ToList();
        Validate();
        foreach (var same in rules.Select(r => r.Guardrail).Distinct().GroupBy(g => g.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            Refuse(same.Last().File, "LS6005", $"guardrail id `{same.Key}` is used twice; it is also in {same.First().File}");
        }

        var digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_contents.ToString())))}";
        return _problems.Count > 0
            ? new GuardrailReading.Bad(digest, _problems)
            : new GuardrailReading.Good(new(rules, digest, files));
    }

    private void Parse(string file)
    {
        if (ReadText(file) is not { } text)
        {
            return;
        }

        _contents.Append(Path.GetFileName(file)).Append('\0').Append(text).Append('\0');
        if (PolicySet.TryParse(text, out var policies, out var faults))
        {
            _parsed.Add((file, policies));
        }

        _problems.AddRange(faults.Select(f => new PolicyProblem(file, f)));
    }

    private string? ReadText(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > FileBytesMax })
            {
                Refuse(file, "LS6002", $"file is longer than {FileBytesMax} bytes");
                return null;
            }

            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            Refuse(file, "LS6051", $"cannot be read: {e.Message}");
            return null;
        }
    }

    private void Validate()
    {
        var actions = _parsed.SelectMany(p => p.Policies.Policies).SelectMany(p => p.Action.Actions).Concat(
            _parsed.SelectMany(p => p.Policies.Policies).SelectMany(p => p.Conditions).SelectMany(c => ActionsIn(c.Body)));
        var validator = new Validator(GuardrailSchema.For(actions));
        foreach (var (file, policies) in _parsed)
        {
            var report = validator.Validate(policies);

            // That a guardrail never applies is a warning for a policy, and a false comfort here.
            _problems.AddRange(report.Errors.Concat(report.Warnings).Select(f => new PolicyProblem(file, f)));
        }
    }

    private static IEnumerable<EntityUid> ActionsIn(Expr expr) =>
        expr is Expr.Literal { Value: { Kind: CedarKind.Entity } value } ? [value.AsEntity] : ExprParts.Of(expr).SelectMany(ActionsIn);

    private void Refuse(string file, string code, string message) => _problems.Add(new(file, new CedarDiagnostic(code, message, 0, 0)));
}
