using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Revocation;

namespace Lockstep.Cli.Verbs;

/// <summary><c>verify</c>: check a certificate, offline.</summary>
internal static class VerifyVerb
{
    internal static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "A certificate" };
        var key = new Option<string?>(
            "--key") { Description = "The ledger's verifier key as you know it from elsewhere; or a file that holds it" };
        var parts = new Option<string?>(
            "--parts") { Description = "A folder to write each entry's bytes, its proof and the key to, for other people's tools" };
        var verb = VerbOptions.Verb(
            "verify", "Checks a certificate without a server; exit code 1 if anything does not match",
                "lockstep verify dana.certificate.json", file, key, parts);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            try
            {
                var expected = parsed.GetValue(key) is { } given && File.Exists(given)
                    ? await File.ReadAllTextAsync(given, cancellationToken) : parsed.GetValue(key);
                var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
                var outcome = CertificateVerifier.Verify(bytes, expected);
                if (outcome is CertificateOutcome.Holds && parsed.GetValue(parts) is { } folder)
                {
                    await WritePartsAsync(folder, bytes, cancellationToken);
                }

                return parsed.GetValue(VerbOptions.Json) ? WriteJson(terminal, outcome)
                    : Write(terminal, path, outcome, expected is not null);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                terminal.Problem($"cannot read `{path}`: {e.Message}");
                return ExitCode.Usage;
            }
        });
        return verb;
    }

    private static async Task WritePartsAsync(string folder, byte[] certificate, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in CertificateParts.Of(certificate))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content, cancellationToken);
        }
    }

    private static int Write(Terminal terminal, string path, CertificateOutcome outcome, bool isKeyKnown)
    {
        if (outcome is not CertificateOutcome.Holds holds)
        {
            var (code, reason) = outcome is CertificateOutcome.DoesNotHold bad ? (bad.Code, bad.Reason) : ("LS7020", "unknown");
            terminal.Line($"{path} does not hold: {code}: {reason}");
            return ExitCode.DoesNotHold;
        }

        var view = holds.Body.Case;
        terminal.Line($"{path} holds: case {view.Id} of {view.SubjectName}, {view.State}: {view.Summary}");
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"  {holds.EntryCount} ledger entries proven under a signed root of {holds.Checkpoint.Size} entries; {view.Steps.Count} steps, "
            + $"from cause to last proof {holds.Body.SecondsToProof:0.0} s"));
        view.Steps.ToList().ForEach(step => Write(terminal, step));
        CertificateText.WriteSurvivors(terminal, view);
        foreach (var left in view.Uncut)
        {
            terminal.Line($"  left {(left.Until is { } end ? $"until {end:u}" : "until somebody acts")}: {left.Chain}: {left.Why}");
        }

        terminal.Line($"  signed by {holds.Vkey}{(isKeyKnown ? ", the key you gave" : "; compare it with the key that the ledger's operator published")}");
        return ExitCode.Ok;
    }

    /// <summary>A step with its four times, the bound that was promised and whether it held, and the rows of the atlas about it.</summary>
    private static void Write(Terminal terminal, CaseStepView step)
    {
        terminal.Line($"  {step.Plan.Index,2}. {step.State.ToString().ToLowerInvariant(),-9} {step.Plan.SystemName}: {step.Plan.What}");
        terminal.Line($"      requested {Time(step.RequestedAt)}, acknowledged {Time(step.AcknowledgedAt)}, observed {Time(step.ObservedAt)}, "
            + $"proven {Time(step.ProvenAt)}");
        var promise = step.Plan.DenialBound is { } bound
            ? string.Create(CultureInfo.InvariantCulture, $"promised {(bound == TimeSpan.Zero ? "at once" : $"within {bound.TotalSeconds:0} s")}")
            : "no bound promised";
        var held = step.BoundHeld switch { true => ", held", false => ", NOT HELD", null => "" };
        terminal.Line($"      {promise}{held}{(step.Plan.Atlas.Count == 0 ? "" : $"; atlas: {string.Join(", ", step.Plan.Atlas)}")}");
    }

    private static string Time(DateTimeOffset? at) => at is { } known ? $"{known:HH:mm:ss.fff}" : "-";

    private static int WriteJson(Terminal terminal, CertificateOutcome outcome)
    {
        var json = outcome switch
        {
            CertificateOutcome.Holds holds => new JsonObject
            {
                ["holds"] = true,
                ["case"] = holds.Body.Case.Id.ToString(),
                ["state"] = holds.Body.Case.State.ToString(),
                ["entries"] = holds.EntryCount,
                ["size"] = holds.Checkpoint.Size,
                ["key"] = holds.Vkey,
                ["steps"] = new JsonArray([.. holds.Body.Case.Steps.Select(CertificateText.JsonOf)]),
            },
            CertificateOutcome.DoesNotHold bad => new JsonObject { ["holds"] = false, ["code"] = bad.Code, ["reason"] = bad.Reason },
            _ => throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown certificate outcome."),
        };
        terminal.Output.WriteLine(json.ToJsonString());
        return outcome is CertificateOutcome.Holds ? ExitCode.Ok : ExitCode.DoesNotHold;
    }
}
