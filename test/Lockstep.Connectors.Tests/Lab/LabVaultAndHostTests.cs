using System.Text.Json.Nodes;
using Lockstep.Lab;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

public class LabVaultAndHostTests(LabFixture lab)
{
    [Fact]
    public async Task OpenBao_answers_its_root_token_and_nobody_else()
    {
        var bao = await lab.OpenBaoOfMountsAsync();
        using var root = bao.Client();
        using var nobody = bao.Client(LabSecret.Generate());

        await root.SendAsync("POST", "/v1/secret/data/a", new JsonObject { ["data"] = new JsonObject { ["k"] = "v" } });

        Assert.Equal(200, (await root.TryAsync("GET", "/v1/secret/data/a")).Status);
        Assert.Equal(403, (await nobody.TryAsync("GET", "/v1/secret/data/a")).Status);
        Assert.True(File.Exists(bao.AuditFile));
    }

    [Fact]
    public async Task A_certificate_of_the_hosts_CA_opens_the_host_until_its_serial_is_revoked()
    {
        var host = await lab.SshHostAsync();
        var folder = lab.Folder.Sub("ssh-client");
        var key = folder.PathOf("key");
        Assert.Equal(0, await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key));
        Assert.Equal(0, await RunAsync("ssh-keygen", "-q", "-s", host.UserCaKey, "-I", "somebody", "-n", "deploy", "-z", "42", "-V",
            "+10m", key + ".pub"));

        Assert.Equal(0, await RunAsync("ssh", [.. host.ClientArguments(key, key + "-cert.pub"), "true"]));
        Assert.Contains("ID somebody (serial 42)", await File.ReadAllTextAsync(host.LogFile), StringComparison.Ordinal);
        var spec = folder.Write("spec", "serial: 42\n");
        Assert.Equal(0, await RunAsync("ssh-keygen", "-q", "-k", "-u", "-f", host.RevocationList, "-s", host.UserCaKey + ".pub", spec));

        Assert.Equal(255, await RunAsync("ssh", [.. host.ClientArguments(key, key + "-cert.pub"), "true"]));
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
