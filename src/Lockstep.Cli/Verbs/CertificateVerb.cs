using System.CommandLine;

namespace Lockstep.Cli.Verbs;

/// <summary><c>certificate</c>: the proof of a closed case, in a file.</summary>
internal static class CertificateVerb
{
    internal static Command Create(Terminal terminal)
    {
        var id = new Argument<Guid>("case") { Description = "The case's id" };
        var file = new Option<string>("--output", "-o") { Description = "The file to write", Required = true };
        return VerbOptions.Verb(
                "certificate", "Writes the certificate of a closed case", "lockstep certificate 0198c1e2-... -o dana.certificate.json", id,
                    file)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var bytes = await terminal.WaitAsync(
                    "issuing the certificate", client.CertificateAsync(parsed.GetValue(id), cancellationToken));
                var path = parsed.GetRequiredValue(file);
                try
                {
                    await File.WriteAllBytesAsync(path, bytes, cancellationToken);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    terminal.Problem($"cannot write `{path}`: {e.Message}");
                    return ExitCode.Failed;
                }

                if (!parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Line($"{path}: {bytes.Length} bytes. Anybody can check it, without a server: lockstep verify {path}");
                }
                else
                {
                    terminal.Output.WriteLine($$"""{"file":{{System.Text.Json.JsonSerializer.Serialize(path)}},"bytes":{{bytes.Length}}}""");
                }

                return ExitCode.Ok;
            });
    }
}
