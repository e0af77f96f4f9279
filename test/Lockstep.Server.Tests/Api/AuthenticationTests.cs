using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Lockstep.Client;
using Lockstep.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Lockstep.Server.Tests.Api;

public class AuthenticationTests
{
    /// <summary>The calls that each role may make, by the row; everything else is refused with 403.</summary>
    private static readonly (string Method, string Path, string Body, string Roles)[] Matrix =
    [
        ("GET", "/v1/systems", "", "viewer operator auditor admin"),
        ("GET", "/v1/access/dana", "", "viewer operator auditor admin"),
        ("GET", "/v1/findings", "", "viewer operator auditor admin"),
        ("GET", "/v1/guardrails", "", "viewer operator auditor admin"),
        ("POST", "/v1/guardrails/reload", "", "admin"),
        ("GET", "/v1/cases", "", "viewer operator auditor admin"),
        ("POST", "/v1/cases/plan", """{"identity":"dana","reason":"r"}""", "operator auditor admin"),
        ("POST", "/v1/cases", """{"identity":"nobody-of-this-name","reason":"r"}""", "operator admin"),
        ("POST", "/v1/revoke", """{"target":"no/session/here","reason":"r"}""", "operator admin"),
        ("POST", "/v1/observe", "{}", "operator admin"),
        ("GET", "/v1/ledger/checkpoint", "", "operator auditor admin"),
        ("GET", "/v1/tokens", "", "auditor admin"),
        ("POST", "/v1/tokens", """{"name":"","role":"viewer"}""", "admin"),
        ("DELETE", "/v1/tokens/no-such-token", "", "admin"),
    ];

    [Fact]
    public async Task Every_role_may_do_what_the_matrix_says_and_nothing_else()
    {
        await using var host = await TestHost.StartAsync();
        foreach (var role in new[] { "viewer", "operator", "auditor", "admin" })
        {
            using var http = await host.HttpAsync(role);
            foreach (var (method, path, body, roles) in Matrix)
            {
                var status = await StatusAsync(http, method, path, body);

                Assert.True(status != HttpStatusCode.Unauthorized, $"{role} {method} {path}");
                Assert.True(roles.Split(' ').Contains(role) == (status != HttpStatusCode.Forbidden), $"{role} {method} {path}: {status}");
            }
        }
    }

    [Fact]
    public async Task Without_a_valid_token_every_call_is_401_but_health_and_documentation()
    {
        await using var host = await TestHost.StartAsync();
        using var nobody = await host.HttpAsync(role: null);
        foreach (var (method, path, body, _) in Matrix)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, method, path, body));
        }

        foreach (var open in new[] { "/v1/health", "/docs", "/openapi/v1.json" })
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(nobody, "GET", open, ""));
        }

        nobody.DefaultRequestHeaders.Authorization = new("Bearer", host.AdminToken[..^1] + (host.AdminToken[^1] == 'A' ? 'B' : 'A'));
        var refused = await nobody.GetAsync(new Uri("/v1/systems", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("LS3001", (await refused.Content.ReadFromJsonAsync(WireJson.Default.ApiProblem))!.Code);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Admin.CreateTokenAsync(new CreateToken("short", "viewer"), CancellationToken.None);
        using var viewer = new LockstepClient(host.Host.Address, created.Secret);
        await viewer.SystemsAsync(null, CancellationToken.None);

        await host.Admin.RevokeTokenAsync("short", CancellationToken.None);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => viewer.SystemsAsync(null, CancellationToken.None));
        Assert.Equal(401, refusal.Status);
    }

    [Fact]
    public async Task Every_endpoint_declares_its_action()
    {
        await using var host = await TestHost.StartAsync();
        var endpoints = host.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        var without = endpoints.Where(e => e.Metadata.GetMetadata<RequiredAction>() is null).Select(e => e.RoutePattern.RawText);
        var unknown = endpoints.Select(e => e.Metadata.GetMetadata<RequiredAction>()?.Action).OfType<string>().Except(AccessActions.Names);

        Assert.True(endpoints.Count > 15, "the endpoints were not found");
        Assert.Empty(without);
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task Tokens_are_hashed_at_rest_and_the_first_is_for_its_owner_alone()
    {
        await using var host = await TestHost.StartAsync();
        var created = await host.Admin.CreateTokenAsync(new CreateToken("canary", "viewer"), CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.Host.AdminTokenFile));
        foreach (var file in Directory.EnumerateFiles(host.Host.DataFolder).Where(
            f => f != host.Host.AdminTokenFile && !f.EndsWith(".lock", StringComparison.Ordinal)))
        {
            var text = Encoding.Latin1.GetString(await ReadSharedAsync(file));
            Assert.DoesNotContain(created.Secret, text);
            Assert.DoesNotContain(host.AdminToken, text);
        }
    }

    private static async Task<byte[]> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }
}
