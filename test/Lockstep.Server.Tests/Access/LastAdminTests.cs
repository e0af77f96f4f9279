using System.Security.Cryptography;
using System.Text;
using Lockstep.Client;
using Lockstep.Server.Access;
using Lockstep.Server.Config;
using Lockstep.Server.Tests.Api;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Lockstep.Server.Tests.Access;

/// <summary>Somebody can always make tokens: no change of policies or tokens takes that away.</summary>
public class LastAdminTests
{
    private const string LocksOut = """@id("look") permit (principal, action in Lockstep::Action::"look", resource);""";

    [Fact]
    public async Task The_last_token_that_can_make_tokens_is_not_revoked()
    {
        await using var host = await TestHost.StartAsync();

        var refusal = await Assert.ThrowsAsync<ApiException>(() => host.Admin.RevokeTokenAsync("admin", CancellationToken.None));
        Assert.Equal((409, "LS3022"), (refusal.Status, refusal.Problem.Code));
        Assert.Empty(await AccessHosts.EntriesAsync(host, "token.revoked"));
        Assert.Single((await host.Admin.TokensAsync(CancellationToken.None)).Tokens, t => t.RevokedAt is null);

        var second = await host.Admin.CreateTokenAsync(new CreateToken("second", "admin"), CancellationToken.None);
        await host.Admin.RevokeTokenAsync("admin", CancellationToken.None);
        using var admin = new LockstepClient(host.Host.Address, second.Secret);
        var last = await Assert.ThrowsAsync<ApiException>(() => admin.RevokeTokenAsync("second", CancellationToken.None));
        Assert.Equal(409, last.Status);
    }

    [Fact]
    public async Task Of_admins_that_revoke_each_other_at_once_one_is_left()
    {
        await using var host = await TestHost.StartAsync();
        string[] names = ["admin", "a1", "a2", "a3", "a4", "a5"];
        foreach (var name in names[1..])
        {
            await host.Admin.CreateTokenAsync(new CreateToken(name, "admin"), CancellationToken.None);
        }

        var policies = host.Host.Services.GetRequiredService<AccessPolicies>();
        var endings = await Task.WhenAll(names.Select(name => Task.Run(
            () => policies.RevokeAsync(name, _ => Task.CompletedTask, CancellationToken.None))));

        Assert.Equal(names.Length - 1, endings.Count(e => e == TokenEnding.Ended));
        Assert.Single(endings, TokenEnding.LastAdmin);
    }

    [Fact]
    public async Task Policies_that_lock_the_last_admin_out_are_refused_on_reload_and_at_start()
    {
        await using var host = await AccessHosts.StartAsync(
            """@id("admins") permit (principal in Lockstep::Role::"admin", action, resource);""");
        host.Write("access.cedar", LocksOut);

        var refused = await host.Admin.ReloadPolicyAsync(CancellationToken.None);

        Assert.Contains("LS6082", Assert.Single(refused.Problems), StringComparison.Ordinal);
        Assert.Equal(["admin"], refused.Access.Roles);
        Assert.Single(await AccessHosts.EntriesAsync(host, "access.refused"));
        await host.EndAsync();
        var start = await Assert.ThrowsAsync<InvalidOperationException>(host.BeginAsync);
        Assert.Contains("LS6082", start.Message, StringComparison.Ordinal);

        host.Policy = new PolicyConfig();
        await host.BeginAsync();
    }

    [Fact]
    public async Task A_set_that_takes_the_right_from_the_role_of_the_only_admin_is_refused_until_another_has_it()
    {
        const string Roots = """@id("roots") permit (principal in Lockstep::Role::"root", action, resource);""";
        await using var host = await AccessHosts.StartAsync(
            $$"""{{Roots}} @id("admins") permit (principal in Lockstep::Role::"admin", action, resource);""");
        host.Write("access.cedar", Roots);
        Assert.Single((await host.Admin.ReloadPolicyAsync(CancellationToken.None)).Problems);

        var created = await host.Admin.CreateTokenAsync(new CreateToken("root", "root"), CancellationToken.None);
        using var root = new LockstepClient(host.Host.Address, created.Secret);

        Assert.Empty((await root.ReloadPolicyAsync(CancellationToken.None)).Problems);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => host.Admin.SystemsAsync(null, CancellationToken.None));
        Assert.Equal(403, refusal.Status);
    }

    [Fact]
    public async Task A_set_that_only_a_token_yet_to_be_made_could_live_with_is_refused()
    {
        const string Admins = """@id("admins") permit (principal in Lockstep::Role::"admin", action, resource);""";
        await using var host = await AccessHosts.StartAsync(
            $$"""{{Admins}} @id("roots") permit (principal in Lockstep::Role::"root", action, resource);""");
        var created = await host.Admin.CreateTokenAsync(new CreateToken("root", "root"), CancellationToken.None);
        using var root = new LockstepClient(host.Host.Address, created.Secret);
        await root.RevokeTokenAsync("admin", CancellationToken.None);
        host.Write("access.cedar", Admins);

        var refused = await root.ReloadPolicyAsync(CancellationToken.None);

        Assert.Contains("LS6082", Assert.Single(refused.Problems), StringComparison.Ordinal);
        Assert.NotEmpty((await root.TokensAsync(CancellationToken.None)).Tokens);
    }

    [Fact]
    public async Task A_start_makes_an_admin_where_every_token_has_run_out()
    {
        await using var host = await TestHost.StartAsync();
        var before = host.AdminToken;
        await host.EndAsync();
        Write(host, "UPDATE tokens SET expires = '2020-01-01T00:00:00.0000000Z'");

        await host.BeginAsync();

        Assert.NotEqual(before, host.AdminToken);
        Assert.Contains((await host.Admin.TokensAsync(CancellationToken.None)).Tokens, t => t is { Name: "admin-2", Role: "admin" });
        var made = (await AccessHosts.EntriesAsync(host, "token.created"))[^1];
        Assert.Equal("no valid token could make tokens", made.GetProperty("because").GetString());
    }

    [Fact]
    public async Task Tokens_of_earlier_versions_keep_their_rights()
    {
        await using var host = await TestHost.StartAsync();
        await host.EndAsync();
        const string Token = "lst_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        Write(
            host,
            "INSERT INTO tokens (id, hash, name, role, created) VALUES ('0123456789ab', $hash, 'old', 'operator', '2026-01-01T00:00:00.0000000Z')",
            SHA256.HashData(Encoding.UTF8.GetBytes(Token)));
        await host.BeginAsync();
        using var old = new LockstepClient(host.Host.Address, Token);

        await old.ObserveAsync(new ObserveRequest(), CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<ApiException>(() => old.TokensAsync(CancellationToken.None));

        Assert.Equal(403, refusal.Status);
        Assert.Contains("(role operator) may not read-tokens", refusal.Message, StringComparison.Ordinal);
    }

    private static void Write(TestHost host, string sql, byte[]? hash = null)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(host.Folder, "data", "tokens.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$hash", (object?)hash ?? DBNull.Value);
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
