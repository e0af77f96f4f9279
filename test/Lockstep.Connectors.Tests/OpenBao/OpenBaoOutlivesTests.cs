using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Lab.PostgreSql;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>One cut each, on the running OpenBao, and what its holder can still do after it. The whole case is in OpenBaoCaseTests.</summary>
[Collection("openbao")]
public class OpenBaoOutlivesTests(LabFixture lab)
{
    [Fact]
    public async Task A_disabled_entity_takes_its_tokens_with_it_and_gives_them_back_when_it_is_enabled()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (child, _) = await company.MakeTokenAsync("create", []);

        await CutAsync(company, CutKind.DisableAccount, company.Bao.Ids.Entity(company.Entity));

        Assert.False(await company.Bao.OpensAsync(company.Token) || await company.Bao.OpensAsync(child));
        await company.Bao.Root.SendAsync("POST", $"/v1/identity/entity/id/{company.Entity}", new JsonObject { ["disabled"] = false });
        Assert.True(await company.Bao.OpensAsync(company.Token) && await company.Bao.OpensAsync(child));
    }

    [Fact]
    public async Task Children_die_with_a_token_and_its_orphans_and_wrappings_do_not()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        using var maker = company.Bao.Server.Client(company.Token);
        var (child, _) = await company.MakeTokenAsync("create", []);
        var (batch, _) = await company.MakeTokenAsync("create", new JsonObject { ["type"] = "batch", ["ttl"] = "5m" });
        var (orphan, _) = await company.MakeTokenAsync("create-orphan", []);
        using var wrapper = new LabHttp(company.Bao.Server.Url, new Dictionary<string, string>
        {
            ["X-Vault-Token"] = company.Token.Reveal(), ["X-Vault-Wrap-TTL"] = "60s",
        });
        var wrapped = (string)(await wrapper.SendAsync("POST", "/v1/sys/wrapping/wrap", new JsonObject { ["x"] = "y" }))
            .Body!["wrap_info"]!["token"]!;
        var own = (string)(await maker.SendAsync("GET", "/v1/auth/token/lookup-self")).Body!["data"]!["accessor"]!;

        await CutAsync(company, CutKind.RevokeCredential, company.Bao.Ids.Token(own));

        Assert.False(await company.Bao.OpensAsync(company.Token));
        Assert.False(await company.Bao.OpensAsync(child));
        Assert.False(await company.Bao.OpensAsync(batch));
        Assert.True(await company.Bao.OpensAsync(orphan));
        using var unwrapper = company.Bao.Server.Client(new LabSecret(wrapped));
        Assert.Equal(200, (await unwrapper.TryAsync("POST", "/v1/sys/wrapping/unwrap", new JsonObject())).Status);
    }

    [Fact]
    public async Task The_role_of_a_lease_goes_after_its_token_and_not_with_it()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var loan = await company.LeaseAsync();
        using var self = company.Bao.Server.Client(company.Token);
        var own = (string)(await self.SendAsync("GET", "/v1/auth/token/lookup-self")).Body!["data"]!["accessor"]!;

        await CutAsync(company, CutKind.RevokeCredential, company.Bao.Ids.Token(own));

        for (var attempt = 0; await company.Bao.IsRoleAsync(loan.User); attempt++)
        {
            Assert.True(attempt < 100, "the role is still there after ten seconds");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, default);
        }
    }

    [Fact]
    public async Task A_token_outlives_the_secret_id_that_opened_it()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (bao, role) = (company.Bao, company.Group);
        var path = $"/v1/auth/contract-approle/role/{role}";
        await bao.Root.SendAsync("POST", path, new JsonObject { ["token_policies"] = new JsonArray("default") });
        var roleId = (string)(await bao.Root.SendAsync("GET", $"{path}/role-id")).Body!["data"]!["role_id"]!;
        await bao.PolicyAsync($"{role}-mint", $$"""path "auth/contract-approle/role/{{role}}/secret-id" { capabilities = ["update"] }""");
        await bao.Root.SendAsync("POST", $"/v1/identity/entity/id/{company.Entity}", new JsonObject { ["policies"] = new JsonArray($"{role}-mint") });
        using var dana = bao.Server.Client(company.Token);
        var made = (await dana.SendAsync("POST", $"{path}/secret-id", new JsonObject { ["metadata"] = "{\"workload\":\"build-server\"}" }))
            .Body!["data"]!;
        var login = new JsonObject { ["role_id"] = roleId, ["secret_id"] = (string)made["secret_id"]! };
        var (token, accessor) = await bao.Server.LoginAsync("contract-approle/login", login);
        var secretId = bao.Ids.SecretId("contract-approle", role, (string)made["secret_id_accessor"]!);
        await using var connector = (IObserveAccess)bao.Connect(bao.Port);
        var before = await Sightings.OfAsync(connector);

        await CutAsync(company, CutKind.RevokeCredential, secretId);

        Assert.Equal("build-server", before.Nodes[secretId].Find(NodeAttributes.Owner));
        Assert.NotNull(before.Find(bao.Ids.Entity(company.Entity), LinkKind.Holds, secretId));
        var entity = Assert.Single(before.Links, l => l.From == secretId && l.To.Kind == NodeKinds.Account && BaoIdsOf(l.To)).To;
        Assert.Contains(before.Links, l => l.Kind == LinkKind.Holds && l.From == entity && l.To == bao.Ids.Token(accessor));
        Assert.True(await bao.OpensAsync(token));
        Assert.Contains(bao.Ids.Token(accessor), (await Sightings.OfAsync(connector)).Nodes.Keys);
    }

    [Fact]
    public async Task A_session_that_took_a_group_role_outlives_its_lease()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var loan = await company.LeaseAsync();
        await using var session = await loan.OpenAsync();
        await using (var take = new Npgsql.NpgsqlCommand($"SET ROLE {company.Group}", session))
        {
            await take.ExecuteNonQueryAsync();
        }

        await CutAsync(company, CutKind.RevokeCredential, company.Bao.Ids.Lease(loan.LeaseId));

        Assert.False(await loan.LetsInAsync());
        Assert.True(await BaoLoan.ReadsAsync(session, $"{company.Group}_t"));
    }

    [Fact]
    public async Task A_lease_outlives_its_entity_and_its_policy()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var loan = await company.LeaseAsync();
        var (entity, policy) = (company.Bao.Ids.Entity(company.Entity), company.Bao.Ids.Policy(company.Group));

        await CutAsync(
            company, new Cut { Kind = CutKind.RemoveLink, Target = entity, Link = OpenBaoSubject.Key(entity, LinkKind.Assumes, policy) });
        using (var dana = company.Bao.Server.Client(company.Token))
        {
            Assert.Equal(403, (await dana.TryAsync("GET", $"/v1/database/creds/{company.Group}")).Status);
        }

        Assert.True(await loan.LetsInAsync());
        await CutAsync(company, CutKind.DisableAccount, entity);
        Assert.True(await loan.LetsInAsync());
        await CutAsync(company, CutKind.RevokeCredential, company.Bao.Ids.Lease(loan.LeaseId));
        Assert.False(await loan.LetsInAsync());
    }

    [Fact]
    public async Task A_lease_whose_database_is_away_is_not_revoked()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        await using var away = await PostgresServer.StartAsync(lab.Folder.Sub("away"), new LabServerOptions { Canary = LabFixture.Canary });
        const string Mount = OpenBaoSubject.Away;
        await company.Bao.Root.SendAsync("POST", $"/v1/sys/mounts/{Mount}", new JsonObject { ["type"] = "database" });
        await company.Bao.Root.SendAsync("POST", $"/v1/{Mount}/config/contract", new JsonObject
        {
            ["plugin_name"] = "postgresql-database-plugin", ["username"] = PostgresServer.AdminUser, ["allowed_roles"] = "*",
            ["password"] = away.AdminPassword.Reveal(),
            ["connection_url"] = string.Create(
                CultureInfo.InvariantCulture,
                $"postgresql://{{{{username}}}}:{{{{password}}}}@127.0.0.1:{away.Port}/postgres?sslmode=disable"),
        });
        await company.Bao.Root.SendAsync("POST", $"/v1/{Mount}/roles/contract", OpenBaoSubject.DatabaseRole());
        var lease = company.Bao.Ids.Lease((string)(await company.Bao.Root.SendAsync("GET", $"/v1/{Mount}/creds/contract")).Body!["lease_id"]!);
        await away.DisposeAsync();
        await using var connector = (ICutAccess)company.Bao.Connect(company.Bao.Port);

        var outcome = await connector.CutAsync(new Cut { Kind = CutKind.RevokeCredential, Target = lease }, new(Guid.NewGuid(), 0), default);

        Assert.Equal("LS2515", Assert.IsType<CutOutcome.Failed>(outcome).Error.Code);
    }

    [Fact]
    public async Task A_password_that_a_static_role_gave_out_outlives_the_token_and_ends_with_its_rotation()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var user = await company.MakeStaticRoleAsync();
        var old = await company.StaticAsync(user);
        using var self = company.Bao.Server.Client(company.Token);
        var own = (string)(await self.SendAsync("GET", "/v1/auth/token/lookup-self")).Body!["data"]!["accessor"]!;

        await CutAsync(company, CutKind.RevokeCredential, company.Bao.Ids.Token(own));

        Assert.True(await old.LetsInAsync());
        await using var session = await old.OpenAsync();
        await using var connector = (IRenewSecrets)company.Bao.Connect(company.Bao.Port);
        var secret = company.Bao.Ids.Static("database", $"{company.Group}_static");
        Assert.True(connector.Renews(secret));
        Assert.IsType<CutOutcome.Acknowledged>(await connector.RenewValueAsync(secret, new(Guid.NewGuid(), 0), default));
        Assert.False(await old.LetsInAsync());
        Assert.True(await BaoLoan.ReadsAsync(session, "pg_roles"));
        using var now = Assert.IsType<SecretReading.Read>(await connector.ReadValueAsync(secret, default)).Value;
        Assert.True(await (old with { Password = new LabSecret(now.RevealString()) }).LetsInAsync());
    }

    [Fact]
    public async Task Who_read_a_value_knows_it_until_the_next_one_and_a_version_that_begins_anew_is_another()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (bao, path) = (company.Bao, $"/v1/secret/data/{company.Group}");
        await bao.Root.SendAsync("POST", path, OpenBaoSubject.Value("one"));
        Assert.True(await company.OpensAsync(company.Token));
        await using var connector = (IObserveAccess)bao.Connect(bao.Port);

        var known = Assert.Single(await ReadsAsync(company, connector));
        Assert.Equal((null, bao.Ids.Kv("secret", company.Group).ToString()), (known.Link.Validity.Until, known.VersionOf));

        await bao.Root.SendAsync("POST", path, OpenBaoSubject.Value("two"));
        var old = Assert.Single(await ReadsAsync(company, connector));
        Assert.NotNull(old.Link.Validity.Until);
        Assert.Null(old.VersionOf);

        await bao.Root.SendAsync("DELETE", $"/v1/secret/metadata/{company.Group}");
        await bao.Root.SendAsync("POST", path, OpenBaoSubject.Value("three"));
        var forgotten = Assert.Single(await ReadsAsync(company, connector));
        Assert.NotNull(forgotten.Link.Validity.Until);
        Assert.Null(forgotten.VersionOf);
    }

    private static bool BaoIdsOf(NodeId id) => Lockstep.Connectors.OpenBao.BaoIds.EntityOf(id) is not null;

    private static async Task<List<(Link Link, string? VersionOf)>> ReadsAsync(BaoCompany company, IObserveAccess connector)
    {
        var seen = await Sightings.OfAsync(connector);
        return [.. seen.Links.Where(l => l.Kind == LinkKind.HasRead && l.From == company.Bao.Ids.Entity(company.Entity))
            .Select(l => (l, seen.Nodes[l.To].Find(NodeAttributes.VersionOf)))];
    }

    private static Task CutAsync(BaoCompany company, CutKind kind, NodeId target) =>
        CutAsync(company, new Cut { Kind = kind, Target = target });

    private static async Task CutAsync(BaoCompany company, Cut cut)
    {
        await using var connector = (ICutAccess)company.Bao.Connect(company.Bao.Port);
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));
        Assert.IsType<LookOutcome.Gone>(await connector.LookAsync(cut, default));
    }
}
