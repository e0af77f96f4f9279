using System.CommandLine;
using System.Formats.Tar;
using System.Text.Json.Nodes;
using Lockstep.Client;

namespace Lockstep.Ask.Verbs;

/// <summary><c>ledger</c>: verify it, export it for outsiders.</summary>
internal static class LedgerVerb
{
    internal static Command Create(Terminal terminal) => VerbOptions.Verb(
        "ledger",
        "The ledger: verify it, export it for outsiders",
        "lockstep ledger verify\nlockstep ledger export /tmp/ledger",
        CreateVerify(terminal),
        CreateExport(terminal));

    private static Command CreateVerify(Terminal terminal)
    {
        var since = new Option<string?>("--since") { Description = "A file with an older checkpoint that the ledger must still contain" };
        return VerbOptions.Verb(
            "verify", "Reads every entry again; exit code 1 if the ledger is damaged", "lockstep ledger verify --since checkpoint.old",
            since)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                string? note = null;
                if (parsed.GetValue(since) is { } path)
                {
                    if (!File.Exists(path))
                    {
                        terminal.Problem($"cannot read `{path}`");
                        return ExitCode.Usage;
                    }

                    note = await File.ReadAllTextAsync(path, cancellationToken);
                }

                var verdict = await terminal.WaitAsync(
                    "reading the whole ledger", client.VerifyLedgerAsync(new VerifyLedger(note), cancellationToken));
                if (parsed.GetValue(VerbOptions.Json))
                {
                    terminal.Json(verdict, WireJson.Default.LedgerVerdict);
                }
                else
                {
                    terminal.Line(verdict.Holds
                        ? $"The ledger holds: {verdict.Size} entries under root "
                            + $"{verdict.Root}{(note is null ? string.Empty : ", and it contains the older checkpoint")}"
                        : $"The ledger does not hold: {verdict.Code}: {verdict.Detail}");
                }

                return verdict.Holds ? ExitCode.Ok : ExitCode.DoesNotHold;
            });
    }

    private static Command CreateExport(Terminal terminal)
    {
        var folder = new Argument<string>("folder") { Description = "Where to write; made if it is not there" };
        return VerbOptions.Verb(
            "export", "Writes the ledger as a C2SP tlog-tiles folder with its key", "lockstep ledger export /tmp/ledger", folder)
            .Asks(terminal, async (client, parsed, cancellationToken) =>
            {
                var path = Path.GetFullPath(parsed.GetRequiredValue(folder));
                await terminal.WaitAsync("exporting the ledger", ExportAsync(client, path, cancellationToken));
                var key = (await File.ReadAllTextAsync(Path.Combine(path, "vkey"), cancellationToken)).Trim();
                terminal.Output.WriteLine(parsed.GetValue(VerbOptions.Json)
                    ? new JsonObject { ["folder"] = path, ["key"] = key }.ToJsonString()
                    : $"{path}: the ledger as a transparency log; verifier key {key}");
                return ExitCode.Ok;
            });
    }

    /// <summary>Writes the ledger's export into a folder.</summary>
    internal static async Task<bool> ExportAsync(LockstepClient client, string path, CancellationToken cancellationToken)
    {
        using var tar = new MemoryStream();
        await client.ExportLedgerAsync(tar, cancellationToken);
        tar.Position = 0;
        Directory.CreateDirectory(path);
        await TarFile.ExtractToDirectoryAsync(tar, path, overwriteFiles: true, cancellationToken);
        return true;
    }
}
