using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>
/// What somebody else cut at OpenBao by hand: after it, Lockstep lists a token as one that reads the secret exactly where it does so.
/// </summary>
[Collection("openbao")]
public class OpenBaoOtherCutsTests(LabFixture lab)
{
    [Fact]
    public async Task The_child_of_a_token_that_was_revoked_alone_lives_on_as_an_orphan()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (child, accessor) = await company.MakeTokenAsync("create", []);

        await company.Bao.Root.SendAsync("POST", "/v1/auth/token/revoke-orphan", new JsonObject { ["token"] = company.Token.Reveal() });

        await AgreesAsync(company, reads: false, company.Token);
        var seen = await AgreesAsync(company, reads: true, child, accessor);
        Assert.Equal("true", seen.Nodes[company.Bao.Ids.Token(accessor)].Find("orphan"));
    }

    [Fact]
    public async Task A_token_outlives_its_entitys_alias_and_the_next_login_is_another_entity()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (token, accessor) = await company.Bao.LogInAsync(company.Login);
        var entity = (await company.Bao.Root.SendAsync("GET", $"/v1/identity/entity/id/{company.Entity}")).Body!["data"]!;

        await company.Bao.Root.SendAsync("DELETE", $"/v1/identity/entity-alias/id/{(string)entity["aliases"]![0]!["id"]!}");

        await AgreesAsync(company, reads: true, token, accessor);
        var (next, nextAccessor) = await company.Bao.LogInAsync(company.Login);
        await AgreesAsync(company, reads: false, next, nextAccessor);
    }

    [Fact]
    public async Task A_policy_that_is_deleted_takes_the_right_away_and_gives_it_back_under_the_same_name()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (token, accessor) = await company.Bao.LogInAsync(company.Login);
        var (batch, _) = await company.MakeTokenAsync(
            "create-orphan", new JsonObject { ["type"] = "batch", ["ttl"] = "10m", ["policies"] = new JsonArray(company.Group) });
        await AgreesAsync(company, reads: true, token, accessor);
        Assert.True(await company.OpensAsync(batch));

        await company.Bao.Root.SendAsync("DELETE", $"/v1/sys/policies/acl/{company.Group}");
        var seen = await AgreesAsync(company, reads: false, token, accessor);
        Assert.False(await company.OpensAsync(batch));
        Assert.Equal("true", seen.Nodes[company.Bao.Ids.Policy(company.Group)].Find("latent"));

        await company.Bao.PolicyAsync(company.Group, $$"""path "secret/data/{{company.Group}}" { capabilities = ["read"] }""");
        await AgreesAsync(company, reads: true, token, accessor);
        Assert.True(await company.OpensAsync(batch));
    }

    [Fact]
    public async Task A_token_keeps_the_policies_that_its_user_had_when_it_was_made_and_outlives_the_user()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (bao, user) = (company.Bao, company.Login.Split('/')[^1]);
        await bao.Root.SendAsync("POST", $"/v1/identity/entity/id/{company.Entity}", new JsonObject { ["policies"] = new JsonArray() });
        var path = $"/v1/auth/userpass/users/{user}";
        await bao.Root.SendAsync("POST", path, new JsonObject { ["token_policies"] = new JsonArray(company.Group) });
        var (token, accessor) = await bao.LogInAsync(company.Login);
        await AgreesAsync(company, reads: true, token, accessor);

        await bao.Root.SendAsync("POST", path, new JsonObject { ["token_policies"] = new JsonArray("default") });
        await AgreesAsync(company, reads: true, token, accessor);
        var (next, nextAccessor) = await bao.LogInAsync(company.Login);
        await AgreesAsync(company, reads: false, next, nextAccessor);

        await bao.Root.SendAsync("DELETE", path);
        await AgreesAsync(company, reads: true, token, accessor);
    }

    [Fact]
    public async Task A_token_outlives_the_AppRole_that_made_it_and_the_secret_id_does_not()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var bao = company.Bao;
        var path = $"/v1/auth/contract-approle/role/{company.Group}";
        await bao.Root.SendAsync("POST", path, new JsonObject { ["token_policies"] = new JsonArray(company.Group) });
        var login = new JsonObject
        {
            ["role_id"] = (string)(await bao.Root.SendAsync("GET", $"{path}/role-id")).Body!["data"]!["role_id"]!,
            ["secret_id"] = (string)(await bao.Root.SendAsync("POST", $"{path}/secret-id", new JsonObject())).Body!["data"]!["secret_id"]!,
        };
        var (token, accessor) = await bao.Server.LoginAsync("contract-approle/login", (JsonObject)login.DeepClone());

        await bao.Root.SendAsync("DELETE", path);

        var seen = await AgreesAsync(company, reads: true, token, accessor);
        Assert.DoesNotContain(seen.Nodes.Values, n => n.Name == $"secret-id of contract-approle/{company.Group}");
        Assert.Equal(400, (await bao.Root.TryAsync("POST", "/v1/auth/contract-approle/login", login)).Status);
    }

    [Fact]
    public async Task Orphans_and_batch_tokens_outlive_the_auth_method_that_they_came_from()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (bao, mount) = (company.Bao, $"gone-{company.Group}");
        await bao.Root.SendAsync("POST", $"/v1/sys/auth/{mount}", new JsonObject { ["type"] = "userpass" });
        await bao.Root.SendAsync("POST", $"/v1/auth/{mount}/users/dana", new JsonObject
        {
            ["password"] = "only-here", ["token_policies"] = new JsonArray(company.Group),
        });
        await bao.Root.SendAsync("POST", $"/v1/auth/{mount}/users/ci", new JsonObject
        {
            ["password"] = "only-here", ["token_policies"] = new JsonArray(company.Group), ["token_type"] = "batch", ["token_ttl"] = "10m",
        });
        var password = new JsonObject { ["password"] = "only-here" };
        var (token, accessor) = await bao.Server.LoginAsync($"{mount}/login/dana", (JsonObject)password.DeepClone());
        var (orphan, orphanAccessor) = await company.MakeTokenAsync("create-orphan", [], token);
        var ci = (await bao.Root.SendAsync("POST", $"/v1/auth/{mount}/login/ci", password)).Body!["auth"]!;
        var (batch, ciEntity) = (new LabSecret((string)ci["client_token"]!), (string)ci["entity_id"]!);

        await bao.Root.SendAsync("DELETE", $"/v1/sys/auth/{mount}");

        await AgreesAsync(company, reads: false, token, accessor);
        var seen = await AgreesAsync(company, reads: true, orphan, orphanAccessor);
        Assert.True(await company.OpensAsync(batch));
        Assert.Contains(seen.Links, l => l.From == bao.Ids.Entity(ciEntity) && l.Kind == LinkKind.Holds
            && seen.Nodes[l.To].Find("tokenType") == "batch");

        await bao.Root.SendAsync("POST", $"/v1/identity/entity/id/{ciEntity}", new JsonObject { ["disabled"] = true });
        Assert.False(await company.OpensAsync(batch));
    }

    [Fact]
    public async Task A_token_that_renews_itself_goes_on_and_one_with_a_hard_end_does_not()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (periodic, accessor) = await company.MakeTokenAsync(
            "create-orphan", new JsonObject { ["period"] = "12s", ["policies"] = new JsonArray(company.Group, "default") });
        var (bounded, boundedAccessor) = await company.MakeTokenAsync(
            "create-orphan", new JsonObject { ["ttl"] = "1h", ["explicit_max_ttl"] = "13s", ["policies"] = new JsonArray(company.Group, "default") });
        var seen = await SeenAsync(company);
        Validity Of(string of) => seen.Links.Single(l => l.From == company.Bao.Ids.Token(of) && l.Kind == LinkKind.AuthenticatesAs).Validity;
        Assert.Null(Of(accessor).Until);
        Assert.InRange(Of(boundedAccessor).Until!.Value, TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(13), TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(14));
        await using var renewing = await RenewAsync(company, seconds: 14, periodic, bounded);

        await AgreesAsync(company, reads: true, periodic, accessor);
        await AgreesAsync(company, reads: false, bounded, boundedAccessor);
    }

    [Fact]
    public async Task A_periodic_token_whose_own_policy_was_deleted_lives_on_by_renewing_itself_and_reads_nothing()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (bao, policy) = (company.Bao, company.Bao.Next("own"));
        await bao.PolicyAsync(policy, $$"""path "secret/data/{{company.Group}}" { capabilities = ["read"] }""");
        var (periodic, accessor) = await company.MakeTokenAsync(
            "create-orphan", new JsonObject { ["period"] = "12s", ["policies"] = new JsonArray(policy, "default") });
        await AgreesAsync(company, reads: true, periodic, accessor);

        await bao.Root.SendAsync("DELETE", $"/v1/sys/policies/acl/{policy}");
        await using var renewing = await RenewAsync(company, seconds: 14, periodic);

        var seen = await AgreesAsync(company, reads: false, periodic, accessor);
        Assert.Contains(bao.Ids.Token(accessor), seen.Nodes.Keys);
        Assert.True(await bao.OpensAsync(periodic));
    }

    [Fact]
    public async Task A_wrapped_token_that_was_revoked_comes_out_of_its_wrapping_dead()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        using var wrapper = new LabHttp(company.Bao.Server.Url, new Dictionary<string, string>
        {
            ["X-Vault-Token"] = company.Token.Reveal(), ["X-Vault-Wrap-TTL"] = "60s",
        });
        var wrap = (await wrapper.SendAsync("POST", "/v1/auth/token/create-orphan", new JsonObject())).Body!["wrap_info"]!;
        var inner = (string)wrap["wrapped_accessor"]!;
        await using var connector = (ICutAccess)company.Bao.Connect(company.Bao.Port);
        var cut = new Cut { Kind = CutKind.RevokeCredential, Target = company.Bao.Ids.Token(inner) };

        Assert.Contains(cut.Target, (await Sightings.OfAsync((IObserveAccess)connector)).Nodes.Keys);
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));

        using var unwrapper = company.Bao.Server.Client(new LabSecret((string)wrap["token"]!));
        var token = (await unwrapper.SendAsync("POST", "/v1/sys/wrapping/unwrap", new JsonObject())).Body!["auth"]!;
        Assert.False(await company.OpensAsync(new LabSecret((string)token["client_token"]!)));
        Assert.DoesNotContain(cut.Target, (await Sightings.OfAsync((IObserveAccess)connector)).Nodes.Keys);
    }

    [Fact]
    public async Task A_version_that_was_deleted_and_not_destroyed_is_still_listed_as_readable()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var (token, accessor) = await company.Bao.LogInAsync(company.Login);
        await AgreesAsync(company, reads: true, token, accessor);
        var versions = new JsonObject { ["versions"] = new JsonArray(1) };

        await company.Bao.Root.SendAsync("POST", $"/v1/secret/delete/{company.Group}", (JsonObject)versions.DeepClone());

        // Nobody reads it now, and whoever may undelete it gives it back: no access is left out.
        Assert.False(await company.OpensAsync(token));
        Assert.True(Reads(company, await SeenAsync(company), accessor));
        await company.Bao.Root.SendAsync("POST", $"/v1/secret/undelete/{company.Group}", versions);
        await AgreesAsync(company, reads: true, token, accessor);
    }

    [Fact]
    public async Task A_password_outlives_the_static_role_that_gave_it_out_and_the_case_says_so()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var user = await company.MakeStaticRoleAsync();
        var old = await company.StaticAsync(user);

        await company.Bao.Root.SendAsync("DELETE", $"/v1/database/static-roles/{user}");

        Assert.True(await old.LetsInAsync());
        var before = await company.World.ObserveAsync(default);
        Assert.Contains(Reached(before), n => before.Find(n)?.Name == user);
        var closed = await company.World.OffboardAsync("dana");
        Assert.DoesNotContain(closed.Steps, s => s.Plan.Cut is { Link: not null, Target.Kind: NodeKinds.Group });
        Assert.True(
            !await old.LetsInAsync() || (closed.State == Lockstep.Revocation.CaseState.Residual && closed.Uncut.Any(u => u.Chain.Contains(user))),
            $"{closed.State}: the password still opens, and {string.Join("; ", closed.Uncut.Select(u => u.Chain))} is all that is left");
    }

    [Fact]
    public async Task A_session_that_outlives_its_lease_and_its_role_is_still_its_holders_and_is_ended()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var loan = await company.LeaseAsync();
        await using var session = await loan.OpenAsync();
        await using (var take = new Npgsql.NpgsqlCommand($"SET ROLE {company.Group}", session))
        {
            await take.ExecuteNonQueryAsync();
        }

        await company.World.ObserveAsync(default);
        await company.Bao.Root.SendAsync("PUT", "/v1/sys/leases/revoke", new JsonObject { ["lease_id"] = loan.LeaseId, ["sync"] = true });

        Assert.False(await company.Bao.IsRoleAsync(loan.User));
        Assert.True(await BaoLoan.ReadsAsync(session, $"{company.Group}_t"));
        var before = await company.World.ObserveAsync(default);
        Assert.Contains(Reached(before), n => n.Kind == NodeKinds.Session && before.Find(n)!.Name.StartsWith(loan.User, StringComparison.Ordinal));
        var closed = await company.World.OffboardAsync("dana");
        Assert.False(await BaoLoan.ReadsAsync(session, $"{company.Group}_t"));
        Assert.DoesNotContain(closed.Uncut, u => u.Chain.Contains(loan.User));
    }

    [Fact]
    public async Task A_session_outlives_the_expiry_of_its_lease_and_is_still_its_holders()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var role = OpenBaoSubject.DatabaseRole($"IN ROLE {company.Group}");
        (role["default_ttl"], role["max_ttl"]) = ("12s", "12s");
        await company.Bao.Root.SendAsync("POST", $"/v1/database/roles/{company.Group}", role);
        var loan = await company.LeaseAsync();
        await using var session = await loan.OpenAsync();
        await company.World.ObserveAsync(default);

        for (var attempt = 0; await company.Bao.IsRoleAsync(loan.User); attempt++)
        {
            Assert.True(attempt < 300, "OpenBao does not drop the role of a lease that has expired");
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, default);
        }

        Assert.True(await BaoLoan.ReadsAsync(session, "pg_roles"));
        var after = await company.World.ObserveAsync(default);
        Assert.Contains(Reached(after), n => n.Kind == NodeKinds.Session && after.Find(n)!.Name.StartsWith(loan.User, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_vault_ends_sessions_itself_none_is_left_and_none_is_listed()
    {
        await using var company = await BaoCompany.StartAsync(lab);
        var role = OpenBaoSubject.DatabaseRole($"IN ROLE {company.Group}");
        role["revocation_statements"] = new JsonArray(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'", "DROP ROLE \"{{name}}\"");
        await company.Bao.Root.SendAsync("POST", $"/v1/database/roles/{company.Group}", role);
        var loan = await company.LeaseAsync();
        await using var session = await loan.OpenAsync();
        await company.World.ObserveAsync(default);

        await company.Bao.Root.SendAsync("PUT", "/v1/sys/leases/revoke", new JsonObject { ["lease_id"] = loan.LeaseId, ["sync"] = true });

        Assert.False(await BaoLoan.ReadsAsync(session, "pg_roles"));
        var after = await company.World.ObserveAsync(default);
        Assert.DoesNotContain(after.NodesOf(NodeKinds.Session), n => n.Name.StartsWith(loan.User, StringComparison.Ordinal));
        Assert.DoesNotContain(Reached(after), n => after.Find(n)?.Name == loan.User);
    }

    private static IEnumerable<NodeId> Reached(Lockstep.Reconciliation.IEstate estate) => estate.Graph.BlastRadius(
        BaoCompany.Dana, TimeProvider.System.GetUtcNow(), QueryLimits.Default, CancellationToken.None).Value.Select(a => a.Node);

    /// <summary>Lets tokens renew themselves, each second.</summary>
    private static async Task<Renewing> RenewAsync(BaoCompany company, int seconds, params LabSecret[] tokens)
    {
        var renewing = new Renewing(company, tokens);
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, default);
        return renewing;
    }

    /// <summary>Asks OpenBao whether a token reads the secret, and holds what the connector lists against the answer.</summary>
    private static async Task<Sightings> AgreesAsync(BaoCompany company, bool reads, LabSecret token, string? accessor = null)
    {
        if (!company.HasSecret)
        {
            await company.MakeSecretAsync();
        }

        Assert.True(reads == await company.OpensAsync(token), $"OpenBao lets the token {(reads ? "not read" : "read")}");
        var seen = await SeenAsync(company);
        Assert.True(accessor is null || reads == Reads(company, seen, accessor), $"the token {(reads ? "reads" : "does not read")}, and is not listed so");
        return seen;
    }

    private static async Task<Sightings> SeenAsync(BaoCompany company)
    {
        await using var connector = (IObserveAccess)company.Bao.Connect(company.Bao.Port);
        return await Sightings.OfAsync(connector);
    }

    /// <summary>Whether what is listed leads from a token that holds now, by itself or by its entity, to the secret.</summary>
    private static bool Reads(BaoCompany company, Sightings seen, string accessor)
    {
        var (ids, now) = (company.Bao.Ids, TimeProvider.System.GetUtcNow());
        var token = ids.Token(accessor);
        if (!seen.Nodes.ContainsKey(token))
        {
            return false;
        }

        var reached = new HashSet<NodeId> { token };
        reached.UnionWith(seen.Links.Where(l => l.Kind == LinkKind.Holds && l.To == token).Select(l => l.From));
        var waiting = new Queue<NodeId>(reached);
        while (waiting.TryDequeue(out var at))
        {
            foreach (var link in seen.Links.Where(l => l.From == at && l.Kind is not (LinkKind.Holds or LinkKind.HasRead) && l.Validity.HoldsAt(now)))
            {
                if (seen.Nodes.GetValueOrDefault(link.To)?.State is null or NodeState.Active && reached.Add(link.To))
                {
                    waiting.Enqueue(link.To);
                }
            }
        }

        return reached.Contains(ids.Kv("secret", company.Group));
    }

    /// <summary>Renews tokens once a second until disposed of: on a busy machine, asking about one may take longer than its period.</summary>
    private sealed class Renewing : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _loop;

        internal Renewing(BaoCompany company, LabSecret[] tokens) => _loop = RenewUntilEndAsync(company, tokens);

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _loop;
            _end.Dispose();
        }

        private async Task RenewUntilEndAsync(BaoCompany company, LabSecret[] tokens)
        {
            while (!_end.IsCancellationRequested)
            {
                foreach (var token in tokens)
                {
                    using var own = company.Bao.Server.Client(token);
                    await own.TryAsync("POST", "/v1/auth/token/renew-self", new JsonObject());
                }

                await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, _end.Token));
            }
        }
    }
}
