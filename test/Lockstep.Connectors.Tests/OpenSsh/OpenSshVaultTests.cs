using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>Certificates that a vault signs, at the host that trusts it.</summary>
[Collection("openssh")]
public class OpenSshVaultTests(LabFixture lab)
{
    [Fact]
    public async Task A_certificate_outlives_the_token_that_asked_for_it()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var bao = await lab.OpenBaoAsync();
        using var root = bao.Client();
        var mount = $"ssh-{Guid.NewGuid():N}"[..12];
        await root.SendAsync("POST", $"/v1/sys/mounts/{mount}", new JsonObject { ["type"] = "ssh" });
        await root.SendAsync("POST", $"/v1/{mount}/config/ca", new JsonObject { ["generate_signing_key"] = true, ["key_type"] = "ed25519" });
        await root.SendAsync("POST", $"/v1/{mount}/roles/ops", new JsonObject
        {
            ["key_type"] = "ca", ["allow_user_certificates"] = true, ["allowed_users"] = "*", ["ttl"] = "10m",
        });
        await root.SendAsync("PUT", $"/v1/sys/policies/acl/{mount}", new JsonObject
        {
            ["policy"] = $$"""path "{{mount}}/sign/ops" { capabilities = ["create", "update"] }""",
        });
        var made = await root.SendAsync("POST", "/v1/auth/token/create-orphan", new JsonObject
        {
            ["policies"] = new JsonArray(mount), ["display_name"] = "somebody", ["ttl"] = "10m",
        });
        var token = (string)made.Body!["auth"]!["client_token"]!;
        await subject.Server.TrustAsync((await root.SendAsync("GET", $"/v1/{mount}/public_key")).Text);
        var ((user, account), (key, _)) = (await subject.NewUserAsync(), await subject.NewKeyAsync());
        await subject.SetPrincipalsAsync(user, $"{user}-p\n");
        await SignAsync(bao.Client(new LabSecret(token)), mount, key, $"{user}-p");
        Assert.True(await subject.LetsInAsync(user, key, withCertificate: true));

        await root.SendAsync("POST", "/v1/auth/token/revoke", new JsonObject { ["token"] = token });

        Assert.True(await subject.LetsInAsync(user, key, withCertificate: true), "a token's end is not expected to reach the host");
        var seen = await Sightings.OfAsync((IObserveAccess)connector);
        var link = seen.Links.Single(l => l.Kind == LinkKind.AuthenticatesAs && l.To == account && l.From.Kind == NodeKinds.Credential);
        Assert.Equal("token-somebody", seen.Nodes[link.From].Find(NodeAttributes.SignedFor));
        await OpenSshSurvivalTests.CutAsync(connector, CutKind.RevokeCredential, link.From);
        Assert.False(await subject.LetsInAsync(user, key, withCertificate: true));
    }

    private static async Task SignAsync(LabHttp own, string mount, string key, string principal)
    {
        using (own)
        {
            var signed = await own.SendAsync("POST", $"/v1/{mount}/sign/ops", new JsonObject
            {
                ["public_key"] = await File.ReadAllTextAsync(key + ".pub"), ["valid_principals"] = principal,
            });
            Assert.True(ulong.TryParse((string)signed.Body!["data"]!["serial_number"]!, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _));
            await File.WriteAllTextAsync(key + "-cert.pub", (string)signed.Body!["data"]!["signed_key"]!);
        }
    }
}
