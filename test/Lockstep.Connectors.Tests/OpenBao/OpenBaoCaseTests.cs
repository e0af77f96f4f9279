using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Reconciliation;
using Lockstep.Revocation;
using Npgsql;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>
/// Whole cases over the running OpenBao and PostgreSQL: what Lockstep lists as left is what the leaver can still use, and nothing else is.
/// </summary>
[Collection("openbao")]
public class OpenBaoCaseTests(LabFixture lab)
{
    [Fact]
    public async Task A_leaver_with_tokens_a_lease_and_an_open_session_is_cut_everywhere()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        await company.Bao.Root.SendAsync("POST", $"/v1/secret/data/{company.Group}", OpenBaoSubject.Value("v"));
        var loan = await company.LeaseAsync();
        await using var session = await loan.OpenAsync();
        await SetRoleAsync(session, company.Group);
        var (child, _) = await company.MakeTokenAsync("create", []);
        var (orphan, accessor) = await company.MakeTokenAsync("create-orphan", []);
        var (batch, _) = await company.MakeTokenAsync("create", new JsonObject { ["type"] = "batch", ["ttl"] = "10m" });
        var before = await company.World.ObserveAsync(default);

        LabSecret[] tokens = [company.Token, child, orphan, batch];
        foreach (var token in tokens)
        {
            Assert.True(await company.Bao.OpensAsync(token));
        }

        var lease = company.Bao.Ids.Lease(loan.LeaseId);
        var role = Assert.Single(before.Graph.LinksFrom(lease), l => l.Kind == LinkKind.AuthenticatesAs).To;
        Assert.Equal(loan.User, before.Find(role)!.Name);
        Assert.Contains(before.Graph.LinksTo(role), l => l.Kind == LinkKind.Represents && l.From == BaoCompany.Dana);
        Assert.Contains(before.Graph.LinksTo(lease), l => l.Kind == LinkKind.Holds && l.From == BaoCompany.Dana);
        var made = Assert.Single(before.Graph.LinksTo(company.Bao.Ids.Token(accessor)), l => l.Kind == LinkKind.Holds && l.From == BaoCompany.Dana);
        Assert.Contains("audit log: made by", made.Evidence);
        Assert.Contains(before.NodesOf(NodeKinds.Credential), n => n.Find("tokenType") == "batch"
            && before.Graph.LinksTo(n.Id).Any(l => l.From == BaoCompany.Dana));

        var closed = await company.World.OffboardAsync("dana");

        Assert.All(closed.Steps, s => Assert.True(s.State == StepState.Verified, $"{s.Plan.What}: {s.State} {s.Error?.Code} {s.Error?.Detail}"));
        Assert.DoesNotContain(closed.Steps, s => s.Error?.Code == "LS2508");
        foreach (var token in tokens)
        {
            Assert.False(await company.Bao.OpensAsync(token));
        }

        Assert.False(await loan.LetsInAsync());
        Assert.False(await company.Bao.IsRoleAsync(loan.User));
        Assert.False(await BaoLoan.ReadsAsync(session, $"{company.Group}_t"));
        Assert.Equal(0, closed.ChainsLeft);
        Assert.Equal(NodeState.Disabled, company.World.Estate.Find(company.Bao.Ids.Entity(company.Entity))?.State);
    }

    [Fact]
    public async Task A_lease_whose_role_owns_a_table_is_residual_with_its_error_its_clock_and_what_holds_the_role_down()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var loan = await company.LeaseAsync();
        await company.LetOwnTableAsync(loan.User);
        await using var session = await loan.OpenAsync();
        await SetRoleAsync(session, company.Group);
        await company.World.ObserveAsync(default);

        var closed = await company.World.OffboardAsync("dana");

        Assert.Equal(CaseState.Residual, closed.State);
        var left = Assert.Single(closed.Steps, s => s.State == StepState.Residual);
        Assert.Equal(company.Bao.Ids.Lease(loan.LeaseId), left.Plan.Cut!.Target);
        Assert.Equal("LS2511", left.Error!.Code);
        Assert.Contains("2BP01", left.Error.Detail);
        Assert.NotNull(left.Until);
        Assert.Contains(left.Evidence, e => e.Contains("compensating control") && e.Contains("disable account") && e.Contains("end every session"));
        Assert.Null(left.ProvenAt);

        Assert.True(await company.Bao.IsRoleAsync(loan.User));
        Assert.False(await loan.LetsInAsync());
        Assert.False(await BaoLoan.ReadsAsync(session, $"{company.Group}_t"));
    }

    [Fact]
    public async Task A_lease_that_was_tidied_away_while_its_role_lives_on_is_residual_and_never_verified()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var loan = await company.LeaseAsync();
        await company.LetOwnTableAsync(loan.User);
        await using var session = await loan.OpenAsync();
        await TidyAwayAsync(company, loan);
        Assert.True(await loan.LetsInAsync());
        var before = await company.World.ObserveAsync(default);
        Assert.Contains(before.Issues, i => i.Kind == CorrelationIssueKind.OutlivedLease && before.Find(i.Subject)!.Name == loan.User);

        var closed = await company.World.OffboardAsync("dana");

        Assert.Equal(CaseState.Residual, closed.State);
        Assert.Contains(closed.Uncut, u => u.Chain.Contains(loan.User) && u.Why.Contains("outlived the lease"));
        Assert.DoesNotContain(closed.Steps, s => s.Plan.Cut?.Target == company.Bao.Ids.Lease(loan.LeaseId) && s.State == StepState.Verified);
        var role = before.NodesOf(NodeKinds.Account).Single(n => n.Name == loan.User).Id;
        Assert.All(
            closed.Steps.Where(s => s.Plan.Cut?.Target == role && s.Plan.Cut.Kind is CutKind.DisableAccount or CutKind.EndSession),
            s => Assert.Equal(StepState.Verified, s.State));
        Assert.False(await loan.LetsInAsync());
        Assert.False(await BaoLoan.ReadsAsync(session, $"{company.Group}_t"));
        Assert.True(await company.Bao.IsRoleAsync(loan.User));
    }

    [Fact]
    public async Task A_database_role_that_nobody_explains_is_found_and_one_whose_name_is_hashed_is_joined_by_form_and_time()
    {
        await using var company = await BaoCompany.StartAsync(lab, OpenBaoSubject.Hashed);
        var loan = await company.LeaseAsync(OpenBaoSubject.Hashed);
        var stray = $"v-token-{company.Group[..8]}-AbCdEfGhIjKlMnOpQrSt-1700000000";
        await company.Bao.Database.ExecuteAsync($"CREATE ROLE \"{stray}\" LOGIN PASSWORD 'x'", "postgres");

        var seen = await company.World.ObserveAsync(default);

        var joined = Assert.Single(seen.Graph.LinksFrom(company.Bao.Ids.Lease(loan.LeaseId)), l => l.Kind == LinkKind.AuthenticatesAs);
        Assert.Equal(loan.User, seen.Find(joined.To)!.Name);
        Assert.Contains("by the form of the name and the time in it", joined.Evidence);
        Assert.Contains(seen.Graph.LinksTo(joined.To), l => l.Kind == LinkKind.Represents && l.From == BaoCompany.Dana);
        Assert.Contains(seen.Issues, i => i.Kind == CorrelationIssueKind.OutlivedLease && seen.Find(i.Subject)!.Name == stray);
        Assert.DoesNotContain(seen.Issues, i => i.Kind == CorrelationIssueKind.OutlivedLease && seen.Find(i.Subject)!.Name == loan.User);
        await company.Bao.Database.ExecuteAsync($"DROP ROLE \"{stray}\"", "postgres");
    }

    [Fact]
    public async Task A_static_role_whose_password_the_leaver_read_is_rotated_by_the_vault_and_the_old_password_proven_dead()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var old = await company.StaticAsync(await company.MakeStaticRoleAsync());
        await using var session = await old.OpenAsync();
        var before = await company.World.ObserveAsync(default);
        var secret = company.Bao.Ids.Static("database", $"{company.Group}_static");
        Assert.Contains(before.Links, l => l.Kind == LinkKind.HasRead && l.From == BaoCompany.Dana);

        var closed = await company.World.OffboardAsync("dana");

        var rotation = Assert.Single(closed.Steps, s => s.Plan.Cut?.Kind == CutKind.RotateCredential);
        Assert.Equal([secret], rotation.Plan.Secrets);
        Assert.Equal((StepState.Verified, Connectors.ProofKind.Probe), (rotation.State, rotation.ProvenBy));
        Assert.Contains(rotation.Evidence, e => e.Contains("old value refused"));
        Assert.False(await old.LetsInAsync());
        Assert.False(await BaoLoan.ReadsAsync(session, "pg_roles"));
        await using var vault = (IStoreSecrets)company.Bao.Connect(company.Bao.Port);
        using var now = Assert.IsType<SecretReading.Read>(await vault.ReadValueAsync(secret, default)).Value;
        Assert.True(await (old with { Password = new LabSecret(now.RevealString()) }).LetsInAsync());
    }

    [Fact]
    public async Task A_batch_token_without_entity_is_left_until_it_expires()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (batch, _) = await company.MakeTokenAsync("create-orphan", new JsonObject { ["type"] = "batch", ["ttl"] = "10m" });
        await company.World.ObserveAsync(default);

        var closed = await company.World.OffboardAsync("dana");

        Assert.True(await company.Bao.OpensAsync(batch));
        Assert.Equal(CaseState.Residual, closed.State);
        var left = Assert.Single(closed.Uncut, u => u.Chain.Contains("batch token"));
        Assert.InRange(left.Until!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_signed_certificate_is_left_until_it_expires()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var serial = await company.SignAsync();
        var before = await company.World.ObserveAsync(default);
        var certificate = Assert.Single(before.NodesOf(NodeKinds.Credential), n => n.Find("serial") == serial);
        Assert.StartsWith("SHA256:", certificate.Find("caFingerprint"), StringComparison.Ordinal);

        var closed = await company.World.OffboardAsync("dana");

        Assert.Equal(CaseState.Residual, closed.State);
        var left = Assert.Single(closed.Uncut, u => u.Why.Contains("key revocation list"));
        Assert.InRange(left.Until!.Value - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(30));
    }

    private static async Task SetRoleAsync(NpgsqlConnection session, string group)
    {
        await using var command = new NpgsqlCommand($"SET ROLE {group}", session);
        await command.ExecuteNonQueryAsync();
        Assert.True(await BaoLoan.ReadsAsync(session, $"{group}_t"));
    }

    /// <summary>Ends the holder's token, so that the lease is to be revoked and cannot be, and has OpenBao tidy up.</summary>
    private static async Task TidyAwayAsync(BaoCompany company, BaoLoan loan)
    {
        using (var dana = company.Bao.Server.Client(company.Token))
        {
            await dana.SendAsync("POST", "/v1/auth/token/revoke-self", new JsonObject());
        }

        for (var attempt = 0; attempt < 50; attempt++)
        {
            await company.Bao.Root.TryAsync("POST", "/v1/sys/leases/tidy", new JsonObject());
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, default);
            var body = new JsonObject { ["lease_id"] = loan.LeaseId };
            if ((await company.Bao.Root.TryAsync("PUT", "/v1/sys/leases/lookup", body)).Status == 400)
            {
                return;
            }
        }

        Assert.Fail("OpenBao did not tidy the lease away, so that this test shows nothing");
    }
}
