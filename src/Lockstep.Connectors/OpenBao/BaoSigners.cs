using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>SSH engines: each role as a resource with the fingerprint of the key that signs, and who may have certificates signed.</summary>
internal sealed class BaoSigners(BaoApi api, BaoPicture picture)
{
    /// <summary>What a system allows at most where neither role nor mount says less.</summary>
    private static readonly TimeSpan LifeMax = TimeSpan.FromHours(768);
    private readonly BaoGrants _grants = new(picture);

    /// <summary>Reports one engine.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync(
        string mount, string accessor, JsonObject about, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scope = $"engines:{mount}";
        var names = await api.ListAsync($"{BaoApi.Escape(mount)}/roles", "list roles of a signer", cancellationToken);
        if (BaoGaps.Of(names.Error, scope) is { Count: > 0 } gaps)
        {
            yield return gaps[0];
            yield break;
        }

        var key = (await api.GetAsync($"{BaoApi.Escape(mount)}/config/ca", "read a signer's public key", cancellationToken)).Value?.Text("public_key");
        foreach (var name in names.OrBreakOff(api.Errors.MalformedCode))
        {
            var reply = await api.GetAsync($"{BaoApi.Escape(mount)}/roles/{BaoApi.Escape(name)}", "read a role of a signer", cancellationToken);
            if (BaoGaps.Of(reply.Error, scope) is { Count: > 0 } hidden)
            {
                yield return hidden[0];
            }

            var role = reply.Value ?? [];
            var signer = new BaoSigner(FingerprintOf(key), LifeOf(role, about));
            picture.Signers[(mount, name)] = signer;
            var id = picture.Ids.Engine(accessor, "ssh", name);
            var life = signer.LongestLife.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            yield return picture.Facts.Node(
                scope, id, $"{mount}/sign/{name}", NodeState.Active, ("engine", "ssh"), ("caFingerprint", signer.Fingerprint),
                ("allowedUsers", role.Text("allowed_users")), ("defaultUser", role.Text("default_user")), ("lifeMaxSeconds", life),
                ("mayNamePrincipals", role.Flag("allow_user_certificates") ? "true" : "false"));
            foreach (var (policy, decision) in _grants.Granting(AclCapabilities.Update, $"{mount}/sign/{name}"))
            {
                yield return picture.Facts.Link(
                    scope, picture.Ids.Policy(policy), LinkKind.Permits, id, $"policy `{policy}` grants it on `{decision.Path ?? "everything"}`",
                    action: "sign", condition: _grants.Against(policy, AclCapabilities.Update, $"{mount}/sign/{name}"));
            }
        }
    }

    /// <summary>Gives the fingerprint as OpenSSH writes it.</summary>
    internal static string? FingerprintOf(string? publicKey)
    {
        var blob = new byte[1024];
        return publicKey?.Split(' ') is [_, var base64, ..] && Convert.TryFromBase64String(base64.Trim(), blob, out var length)
            ? $"SHA256:{Convert.ToBase64String(SHA256.HashData(blob.AsSpan(0, length))).TrimEnd('=')}"
            : null;
    }

    private static TimeSpan LifeOf(JsonObject role, JsonObject mount) =>
        role.Number("max_ttl") is > 0 and var own ? TimeSpan.FromSeconds(own)
        : mount.Inner("config")?.Number("max_lease_ttl") is > 0 and var mounted ? TimeSpan.FromSeconds(mounted)
        : LifeMax;
}

/// <summary>A role of a signer.</summary>
/// <param name="Fingerprint">The fingerprint of the public key, as OpenSSH writes it.</param>
/// <param name="LongestLife">How long a certificate of it can be good for at most.</param>
internal sealed record BaoSigner(string? Fingerprint, TimeSpan LongestLife);
