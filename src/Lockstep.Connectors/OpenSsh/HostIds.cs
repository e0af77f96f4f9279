using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>How a host's things are named in the graph.</summary>
internal sealed class HostIds(string system)
{
    private const string KeyPrefix = "key.";
    private const string CertificatePrefix = "certificate.";
    private const string PrincipalPrefix = "principal.";

    public NodeId Host => NodeId.Of(system, NodeKinds.Resource, "host");

    public NodeId Everyone => NodeId.Of(system, NodeKinds.Group, "everyone");

    /// <summary>Who gets a shell.</summary>
    public NodeId Shell => NodeId.Of(system, NodeKinds.Role, "shell");

    /// <summary>Who has no shell and may forward ports.</summary>
    public NodeId Forwarding => NodeId.Of(system, NodeKinds.Role, "forwarding");

    /// <summary>Name and number together: a successor who gets one of them is another account.</summary>
    public NodeId Account(HostAccount account) =>
        NodeId.Of(system, NodeKinds.Account, string.Create(CultureInfo.InvariantCulture, $"{Fit(account.Name)}.{account.Uid}"));

    public NodeId Group(string name, long gid) =>
        NodeId.Of(system, NodeKinds.Group, string.Create(CultureInfo.InvariantCulture, $"{Fit(name)}.{gid}"));

    public NodeId Key(string fingerprint) => NodeId.Of(system, NodeKinds.Credential, KeyPrefix + fingerprint);

    public NodeId Certificate(SshCertificate certificate) => NodeId.Of(
        system, NodeKinds.Credential,
        CertificatePrefix + certificate.Authority + (certificate.Serial == 0 ? $".id.{Fit(certificate.KeyId)}"
            : string.Create(CultureInfo.InvariantCulture, $".{certificate.Serial}")));

    public NodeId Authority(string fingerprint) => NodeId.Of(system, NodeKinds.Issuer, fingerprint);

    public NodeId Principal(string name) => NodeId.Of(system, NodeKinds.Role, PrincipalPrefix + Fit(name));

    public NodeId Session(HostSession session) => NodeId.Of(system, NodeKinds.Session, session.Key);

    public static string? KeyOf(NodeId id) => After(id, NodeKinds.Credential, KeyPrefix);

    public static string? PrincipalOf(NodeId id) => After(id, NodeKinds.Role, PrincipalPrefix);

    public static bool IsCertificate(NodeId id) => After(id, NodeKinds.Credential, CertificatePrefix) is not null;

    /// <summary>Reads authority and serial or key id from a certificate's name.</summary>
    public static SshCertificate? CertificateOf(NodeId id)
    {
        var parts = After(id, NodeKinds.Credential, CertificatePrefix)?.Split('.', 3);
        return parts switch
        {
            [var authority, "id", var keyId] => new(authority, 0, keyId, string.Empty),
            [var authority, var serial] when ulong.TryParse(serial, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new(authority, number, string.Empty, string.Empty),
            _ => null,
        };
    }

    /// <summary>A node's name is bounded; what is longer goes by its hash, and can be seen but not cut.</summary>
    private static string Fit(string name) => Uri.EscapeDataString(name).Length <= 380
        ? name : $"sha256-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))}";

    private static string? After(NodeId id, string kind, string prefix) =>
        id.Kind == kind && id.RawKey.StartsWith(prefix, StringComparison.Ordinal) ? id.RawKey[prefix.Length..] : null;
}
