using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Client;
using Lockstep.Connectors;
using Lockstep.Server.Config;

namespace Lockstep.Cli.Verbs;

/// <summary>
/// <c>doctor</c>: the configuration, whether each system is reached, with which rights, and what cannot be seen with them.
/// </summary>
internal static class DoctorVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static Command Create(Terminal terminal)
    {
        var config = new Option<string?>("--config") { Description = "The configuration; ./lockstep.yaml if it is there" };
        var verb = VerbOptions.Verb(
            "doctor", "Checks configuration, reach and rights; exit code 1 if somebody should act",
                "lockstep doctor --config lockstep.yaml", config);
        verb.SetAction(async (parsed, cancellationToken) =>
        {
            if (UpVerb.ReadConfig(terminal, parsed.GetValue(config)) is not { } read)
            {
                return ExitCode.Usage;
            }

            var checkups = await terminal.WaitAsync("asking each system", CheckAsync(read, cancellationToken));
            var server = await ServerAsync(cancellationToken);
            if (parsed.GetValue(VerbOptions.Json))
            {
                WriteJson(terminal, read, checkups, server);
            }
            else
            {
                Write(terminal, read, checkups, server);
            }

            return checkups.All(c => c.Result.IsReachable && !c.Result.Notes.Any(n => n.IsProblem)) ? ExitCode.Ok : ExitCode.DoesNotHold;
        });
        return verb;
    }

    private static async Task<IReadOnlyList<(SystemConfig System, Checkup Result)>> CheckAsync(
        LockstepConfig config, CancellationToken cancellationToken) =>
        await Task.WhenAll(config.Systems.Select(async s => (s, await CheckAsync(s, cancellationToken))));

    private static async Task<Checkup> CheckAsync(SystemConfig system, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await using var connector = system.Connect(TimeProvider.System);
            return await connector.CheckAsync(patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var what = e is OperationCanceledException ? $"no answer within {Patience.TotalSeconds:0} s" : e is IOException ? e.Message
                : $"the connector threw {e.GetType().Name}";
            return new Checkup(false, null, [new CheckupNote(true, what)]);
        }
    }

    private static async Task<string> ServerAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = ServerAccess.Connect();
            var health = await client.HealthAsync(cancellationToken);
            return $"up, version {health.Version}, {health.LedgerSize} ledger entries";
        }
        catch (ApiException e)
        {
            return e.Problem.Detail ?? "not reached";
        }
    }

    private static void Write(
        Terminal terminal, LockstepConfig config, IReadOnlyList<(SystemConfig System, Checkup Result)> checkups, string server)
    {
        terminal.Line($"Configuration: {config.File ?? "none"}; {config.Systems.Count} systems; authority: "
            + $"{config.Rules.AuthoritySystem ?? "none, so there are no identities"}");
        terminal.Line($"Server: {server}");
        foreach (var (system, result) in checkups)
        {
            terminal.Line($"{system.Name} ({system.Kind}): "
                + $"{(result.IsReachable ? $"reached, {result.Version ?? "version unknown"}" : "NOT REACHED")}");
            foreach (var note in result.Notes)
            {
                terminal.Line($"  {(note.IsProblem ? "!" : "-")} {note.Text}");
            }
        }
    }

    private static void WriteJson(
        Terminal terminal, LockstepConfig config, IReadOnlyList<(SystemConfig System, Checkup Result)> checkups, string server)
    {
        var json = new JsonObject
        {
            ["config"] = config.File,
            ["authority"] = config.Rules.AuthoritySystem,
            ["server"] = server,
            ["systems"] = new JsonArray([.. checkups.Select(c => (JsonNode)new JsonObject
            {
                ["name"] = c.System.Name,
                ["kind"] = c.System.Kind,
                ["isReachable"] = c.Result.IsReachable,
                ["version"] = c.Result.Version,
                ["notes"] = new JsonArray(
                    [.. c.Result.Notes.Select(n => (JsonNode)new JsonObject { ["isProblem"] = n.IsProblem, ["text"] = n.Text })]),
            })]),
        };
        terminal.Output.WriteLine(json.ToJsonString());
    }
}
