using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>A database that does not let the vault end what it lent.</summary>
[Collection("openbao")]
public class OpenBaoRefusedTests(LabFixture lab)
{
    [Fact]
    public async Task A_database_user_whose_token_was_revoked_while_the_database_refused_the_vault_is_still_listed_and_is_cut_there()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (bao, admin) = (company.Bao, $"ob_{company.Group}");
        await bao.Database.ExecuteAsync($"CREATE ROLE {admin} LOGIN SUPERUSER PASSWORD 'its-own'", "postgres");
        await bao.Root.SendAsync("POST", $"/v1/database/config/{admin}", new JsonObject
        {
            ["plugin_name"] = "postgresql-database-plugin", ["username"] = admin, ["password"] = "its-own", ["allowed_roles"] = "*",
            ["connection_url"] = string.Create(
                CultureInfo.InvariantCulture,
                $"postgresql://{{{{username}}}}:{{{{password}}}}@127.0.0.1:{bao.Database.Port}/postgres?sslmode=disable"),
        });
        var role = OpenBaoSubject.DatabaseRole($"IN ROLE {company.Group}");
        role["db_name"] = admin;
        await bao.Root.SendAsync("POST", $"/v1/database/roles/{company.Group}", role);
        var loan = await company.LeaseAsync();
        await company.World.ObserveAsync(default);
        await bao.Database.ExecuteAsync(
            $"ALTER ROLE {admin} NOLOGIN; SELECT pg_terminate_backend(pid, 3000) FROM pg_stat_activity WHERE usename = '{admin}'", "postgres");
        using (var self = bao.Server.Client(company.Token))
        {
            await self.SendAsync("POST", "/v1/auth/token/revoke-self", new JsonObject());
        }

        Assert.True(await loan.LetsInAsync());
        var after = await company.World.ObserveAsync(default);
        Assert.Contains(Reached(after), n => after.Find(n)?.Name == loan.User);

        var closed = await company.World.OffboardAsync("dana");
        Assert.False(await loan.LetsInAsync());
        Assert.NotEqual(Lockstep.Revocation.CaseState.Verified, closed.State);

        // The vault tries again by itself, after longer and longer waits; then nothing is left, and nothing is listed.
        await bao.Database.ExecuteAsync($"ALTER ROLE {admin} LOGIN", "postgres");
        for (var waited = Stopwatch.StartNew(); await bao.IsRoleAsync(loan.User);)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(4), "the vault does not try again");
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, default);
        }

        after = await company.World.ObserveAsync(default);
        Assert.DoesNotContain(Reached(after), n => after.Find(n)?.Name == loan.User);
    }

    private static IEnumerable<NodeId> Reached(Lockstep.Reconciliation.IEstate estate) => estate.Graph.BlastRadius(
        BaoCompany.Dana, TimeProvider.System.GetUtcNow(), QueryLimits.Default, CancellationToken.None).Value.Select(a => a.Node);
}
