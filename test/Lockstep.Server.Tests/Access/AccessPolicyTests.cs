using System.Net;
using System.Text.Json;
using Lockstep.Client;
using Lockstep.Server.Access;
using Lockstep.Server.Tests.Api;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Lockstep.Server.Tests.Access;

/// <summary>Who may do what in Lockstep itself is Cedar policy.</summary>
public class AccessPolicyTests
{
    private const string Admins = """@id("admins") permit (principal in Lockstep::Role::"admin", action, resource);""";

    /// <summary>What the roles of earlier versions could do, action by action.</summary>
    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["read-estate"] = "viewer operator auditor admin", ["read-cases"] = "viewer operator auditor admin",
        ["plan-case"] = "operator auditor admin", ["observe"] = "operator admin", ["offboard"] = "operator admin",
        ["revoke"] = "operator admin", ["rotate"] = "operator admin", ["read-ledger"] = "operator auditor admin",
        ["read-tokens"] = "auditor admin", ["write-tokens"] = "admin", ["decide"] = "viewer operator auditor admin",
        ["read-policy"] = "viewer operator auditor admin", ["reload-policy"] = "admin",
        ["preview-policy"] = "operator auditor admin",
    };

    [Fact]
    public async Task The_shipped_set_lets_roles_do_what_they_could_do_when_they_were_fixed()
    {
        await using var host = await TestHost.StartAsync();
        var policies = host.Host.Services.GetRequiredService<AccessPolicies>();

        Assert.Empty(Fixed.Keys.Except(AccessActions.Names));
        foreach (var role in new[] { "viewer", "operator", "auditor", "admin", "somebody" })
        {
            foreach (var (action, roles) in Fixed)
            {
                var refusal = policies.Refuse(new Caller("id", "n", role), action, IPAddress.Loopback);
                Assert.True(roles.Split(' ').Contains(role) == refusal is null, $"{role} {action}: {refusal}");
            }
        }
    }

    [Fact]
    public async Task A_set_of_ones_own_names_its_own_roles_and_a_refusal_says_which_policy_or_what_is_missing()
    {
        await using var host = await StartAsync($$"""
            {{Admins}}
            @id("night") @about("Nobody looks at systems but the night shift")
            permit (principal in Lockstep::Role::"night-shift", action == Lockstep::Action::"observe", resource);
            @id("freeze") @about("No cuts during the audit")
            forbid (principal, action in Lockstep::Action::"cut", resource) unless { principal.name == "admin" };
            """);
        using var night = await host.HttpAsync("night-shift");

        var unknown = await Assert.ThrowsAsync<ApiException>(
            () => host.Admin.CreateTokenAsync(new CreateToken("x", "viewer"), CancellationToken.None));
        Assert.Contains("admin, night-shift", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(night, "/v1/observe", "{}")).Status);
        var (status, detail) = await PostAsync(night, "/v1/cases/plan", """{"identity":"dana","reason":"r"}""");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("`admins` would, were principal in Lockstep::Role::\"admin\"", detail, StringComparison.Ordinal);
        Assert.DoesNotContain("`night`", detail, StringComparison.Ordinal);
        (status, detail) = await PostAsync(night, "/v1/cases", """{"identity":"dana","reason":"r"}""");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("`freeze` forbids it (No cuts during the audit)", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_of_the_call_can_decide()
    {
        await using var host = await StartAsync($$"""
            {{Admins}}
            @id("far") permit (principal in Lockstep::Role::"far", action, resource) when { context.from.isInRange(ip("10.0.0.0/8")) };
            @id("near") permit (principal in Lockstep::Role::"near", action, resource) when { context.from.isLoopback() };
            """);
        using var far = await host.HttpAsync("far");
        using var near = await host.HttpAsync("near");

        Assert.Equal(HttpStatusCode.Forbidden, (await far.GetAsync(new Uri("/v1/systems", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await near.GetAsync(new Uri("/v1/systems", UriKind.Relative))).StatusCode);
        Assert.Null(host.Host.Services.GetRequiredService<AccessPolicies>().Refuse(
            new Caller("id", "n", "far"), "observe", IPAddress.Parse("::ffff:10.1.2.3")));
    }

    [Fact]
    public async Task A_forbid_that_cannot_be_evaluated_forbids()
    {
        await using var host = await StartAsync($$"""
            {{Admins}}
            @id("broken") forbid (principal, action == Lockstep::Action::"plan-case", resource) when { 9223372036854775807 + 1 == 0 };
            """);
        using var admin = await host.HttpAsync("admin");

        var (status, detail) = await PostAsync(admin, "/v1/cases/plan", """{"identity":"dana","reason":"r"}""");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("`broken` could not be evaluated", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_is_an_entry_of_the_ledger_with_what_it_says()
    {
        await using var host = await StartAsync($$"""
            {{Admins}}
            @id("one") permit (principal in Lockstep::Role::"one", action, resource);
            @id("two") permit (principal in Lockstep::Role::"two", action, resource);
            """);
        host.Write("access.cedar", $$"""
            {{Admins}}
            @id("two") permit (principal in Lockstep::Role::"other", action, resource);
            @id("three") permit (principal in Lockstep::Role::"three", action, resource);
            """);

        var view = await host.Admin.ReloadPolicyAsync(CancellationToken.None);

        Assert.Empty(view.Problems);
        Assert.Equal(["admin", "other", "three"], view.Access.Roles);
        var entries = await AccessHosts.EntriesAsync(host, "access.loaded");
        Assert.Equal(2, entries.Count);
        var (before, after) = (entries[0], entries[1]);
        Assert.Equal(before.GetProperty("digest").GetString(), after.GetProperty("before").GetString());
        Assert.Equal("three one two", string.Join(' ', new[] { "added", "removed", "changed" }.Select(n => after.GetProperty(n)[0].GetString())));
        Assert.Contains(after.GetProperty("text").EnumerateArray(), t => t.GetString()!.Contains("Lockstep::Role::\"other\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_set_that_does_not_fit_never_replaces_the_running_one()
    {
        await using var host = await StartAsync(Admins);
        host.Write("access.cedar", $$"""
            {{Admins}}
            permit (principal, action == Lockstep::Action::"fly", resource);
            permit (principal, action, resource) when { principal.colour == "red" };
            """);

        var refused = await host.Admin.ReloadPolicyAsync(CancellationToken.None);

        Assert.Contains(refused.Problems, p => p.Contains("access.cedar:2:", StringComparison.Ordinal) && p.Contains("fly", StringComparison.Ordinal));
        Assert.Contains(refused.Problems, p => p.Contains("access.cedar:3:", StringComparison.Ordinal) && p.Contains("colour", StringComparison.Ordinal));
        Assert.Equal(1, refused.Access.Policies);
        Assert.Single(await AccessHosts.EntriesAsync(host, "access.refused"));
    }

    private static Task<TestHost> StartAsync(string policies) => AccessHosts.StartAsync(policies);

    private static async Task<(HttpStatusCode Status, string Detail)> PostAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, json.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : string.Empty);
    }
}
