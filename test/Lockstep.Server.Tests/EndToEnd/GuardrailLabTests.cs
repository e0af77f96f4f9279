using System.Diagnostics;
using Lockstep.Client;
using Lockstep.Lab;
using Lockstep.Lab.Packages;
using Lockstep.Lab.Processes;
using Lockstep.Lab.Seed;
using Lockstep.Server.Config;
using Npgsql;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>
/// A guardrail over the seeded company on the core systems of the lab: what nobody may have together, and several have, through a secret.
/// </summary>
[Collection(LabTurn.Second)]
public sealed class GuardrailLabTests : IAsyncLifetime
{
    /// <summary>Who knows the password of `payments_app` may approve; the platform team may enter itself as payee.</summary>
    private const string Grants = """
        CREATE TABLE public.approvals (payment bigint NOT NULL);
        CREATE TABLE public.payees (name text NOT NULL);
        GRANT INSERT ON public.approvals TO payments_app;
        GRANT INSERT ON public.payees TO platform_team;
        """;

    private const string Guardrail = "no-approving-and-receiving";
    private LabServers _lab = null!;
    private LockstepConfig _config = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab's servers need Linux and root");
        var missing = await LabPackages.FindMissingAsync(LabSystems.Core, CancellationToken.None);
        Assert.SkipUnless(missing.Count == 0, $"not installed: {string.Join(' ', missing)}; `lockstep demo` installs them");
        _lab = await LabServers.StartAsync();
        var estate = await LabSeed.RunAsync(_lab);
        await _lab.PostgreSql!.ExecuteAsync(Grants, "payments");
        var file = LabConfig.Write(estate, _lab.Folder, _lab.Folder.PathOf("lockstep-data"), LabProcess.TakeFreePort());
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(file)!, "guardrails")).FullName;
        var sample = await File.ReadAllTextAsync(Path.Combine(StageFixture.Root, "samples", "guardrails", $"{Guardrail}.cedar"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "payments.cedar"),
            sample.Replace("orders-db", "postgresql", StringComparison.Ordinal).Replace("orders.public", "payments.public", StringComparison.Ordinal)
                .Replace("finance@example.org", AcmeCompany.Person("ivan").Mail, StringComparison.Ordinal));
        await File.AppendAllTextAsync(file, "policy:\n  guardrails: [./guardrails]\n");
        _config = Assert.IsType<ConfigReading.Good>(ConfigFile.Read(file)).Config;
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }

    /// <summary>
    /// Goal: a toxic combination that no system can see by itself is found with the chain through the secret, and is gone after the case
    /// that cuts it, for the one whom the case is about alone. What the database itself grants is asked of the database.
    /// </summary>
    [Fact]
    public async Task A_guardrail_violated_only_through_a_secret_is_found_with_its_chain_and_gone_after_the_case()
    {
        var options = new HostOptions { Sweeps = true, LogFile = _lab.Folder.PathOf("lockstep.log") };
        await using var host = Assert.IsType<HostStart.Started>(await LockstepHost.StartAsync(_config, options, CancellationToken.None)).Host;
        using var client = new LockstepClient(host.Address, (await File.ReadAllTextAsync(host.AdminTokenFile)).Trim());

        var found = await UntilAsync(client, guardrail => Of(guardrail) is not null, TimeSpan.FromSeconds(120));

        var violation = Of(found)!;
        var approves = Assert.Single(violation.Accesses, a => a.Part == "approves");
        var receives = Assert.Single(violation.Accesses, a => a.Part == "receives");
        Assert.False(approves.IsDirect);
        Assert.True(receives.IsDirect);
        Assert.Contains(approves.Chain!.Links, l => l.Kind == "reads" && l.To is { System: "barbican", Kind: "secret" });
        Assert.Contains(approves.Chain.Links, l => l.Kind == "authenticatesAs" && l.To.Name == "payments_app");
        Assert.Equal("ivan", found.OwnerNode?.Name);
        Assert.False(await AskDatabaseAsync("dana", "approvals"));
        Assert.True(await AskDatabaseAsync("dana", "payees"));
        Assert.True(await AskDatabaseAsync("payments_app", "approvals"));
        var id = $"guardrail-violated@{violation.Principal.Id}+{Guardrail}";
        await UntilWrittenAsync(host, "finding.opened", id);
        var others = found.Violations.Select(v => v.Principal.Name).Where(n => n != violation.Principal.Name).ToList();
        Assert.NotEmpty(others);

        var opened = await client.OpenCaseAsync(new OpenCase(AcmeCompany.Leaver, "leaves", "offboarding"), CancellationToken.None);
        await foreach (var _ in client.WatchCaseAsync(opened.Case.Id, CancellationToken.None))
        {
        }

        var closed = await client.CaseAsync(opened.Case.Id, CancellationToken.None);
        var after = await UntilAsync(client, guardrail => Of(guardrail) is null, TimeSpan.FromSeconds(60));
        Assert.All(closed.Steps, s => Assert.True(s.State == "verified", $"{s.Plan.What}: {s.State} {s.Error?.Detail}"));
        Assert.Equal("violated", after.State);
        Assert.Equal(others.Order(StringComparer.Ordinal), after.Violations.Select(v => v.Principal.Name).Order(StringComparer.Ordinal));
        await UntilWrittenAsync(host, "finding.closed", id);
    }

    private static ViolationView? Of(GuardrailView guardrail) =>
        guardrail.Violations.SingleOrDefault(v => v.Principal.Name == AcmeCompany.Leaver);

    private static async Task<GuardrailView> UntilAsync(LockstepClient client, Func<GuardrailView, bool> holds, TimeSpan longest)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            var guardrail = Assert.Single((await client.GuardrailsAsync(CancellationToken.None)).Guardrails);
            if (holds(guardrail))
            {
                return guardrail;
            }

            Assert.True(clock.Elapsed < longest, $"still {guardrail.State} after {longest.TotalSeconds:0} s: {string.Join("; ", guardrail.Unknown)}; "
                + string.Join(", ", guardrail.Violations.Select(v => v.Principal.Name)));
            await Task.Delay(200);
        }
    }

    private static async Task UntilWrittenAsync(LockstepHost host, string kind, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var entry in host.Ledger.TailAsync(0, patience.Token))
        {
            if (entry.Kind == kind && entry.Payload.GetProperty("id").GetString() == id)
            {
                return;
            }
        }
    }

    private async Task<bool> AskDatabaseAsync(string role, string table)
    {
        await using var connection = new NpgsqlConnection(_lab.PostgreSql!.AdminConnection("payments"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT has_table_privilege($1, 'public.' || $2, 'INSERT')", connection);
        command.Parameters.AddWithValue(role);
        command.Parameters.AddWithValue(table);
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
