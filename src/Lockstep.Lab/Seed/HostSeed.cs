using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Lab.OpenBao;
using Lockstep.Lab.OpenSsh;
using Lockstep.Lab.Processes;

namespace Lockstep.Lab.Seed;

/// <summary>
/// Gives the leaver a certificate for the host, signed by the vault where there is one and by the host's own CA otherwise, a plain
/// key, and a sudo rule.
/// </summary>
internal sealed class HostSeed(SshHostServer host, LabFolder keys)
{
    public string KeyFile => keys.PathOf("dana");

    public string PlainKeyFile => keys.PathOf("dana-plain");

    public string Serial { get; private set; } = "";

    public async Task RunAsync(OpenBaoServer? bao, BaoSeed? vault)
    {
        await LetLockstepInAsync();
        foreach (var (name, about) in new[] { ("dana", "E1004"), ("dana-plain", "E1004"), ("emil", "E1005") })
        {
            await CommandRun.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", $"employeeNumber={about}", "-f",
                keys.PathOf(name)]);
        }

        var plain = await File.ReadAllTextAsync(PlainKeyFile + ".pub") + await File.ReadAllTextAsync(keys.PathOf("emil.pub"));
        await File.WriteAllTextAsync(host.Folder.PathOf("authorized_keys", host.User), plain);
        host.Folder.Sub("sudoers.d").Write("platform", $"{host.User} ALL=(root) NOPASSWD: /usr/bin/systemctl restart payments\n");
        if (bao is not null && vault is not null)
        {
            await host.TrustAsync(vault.SshPublicKey);
            await SignByVaultAsync(bao, vault.Passwords["dana"]);
        }
        else
        {
            Serial = "4242";
            await CommandRun.RunAsync(
                "ssh-keygen", ["-q", "-s", host.UserCaKey, "-I", "employeeNumber=E1004", "-n", SshHostServer.Principal, "-z", Serial, "-V", "+30m",
                    KeyFile + ".pub"]);
        }
    }

    /// <summary>
    /// A key of Lockstep's own, which logs in as root: to see sessions and change files, an account needs no less. And one of its canary.
    /// </summary>
    private async Task LetLockstepInAsync()
    {
        foreach (var (name, user) in new[] { ("lockstep", "root"), ("canary", host.Canary) })
        {
            await CommandRun.RunAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", keys.PathOf(name)]);
            await File.WriteAllTextAsync(host.Folder.PathOf("authorized_keys", user), await File.ReadAllTextAsync(keys.PathOf($"{name}.pub")));
        }
    }

    private async Task SignByVaultAsync(OpenBaoServer bao, LabSecret password)
    {
        var (token, _) = await bao.LoginAsync("userpass/login/dana", new JsonObject { ["password"] = password.Reveal() });
        using var own = bao.Client(token);
        var request = new JsonObject { ["public_key"] = await File.ReadAllTextAsync(KeyFile + ".pub"),
            ["valid_principals"] = SshHostServer.Principal };
        var signed = (await own.SendAsync("POST", "/v1/ssh/sign/ops", request)).Body!["data"]!;
        Serial = ulong.Parse((string)signed["serial_number"]!, NumberStyles.HexNumber,
            CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        keys.Write("dana-cert.pub", (string)signed["signed_key"]!);
    }
}
