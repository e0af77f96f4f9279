using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>How OpenBao's things are named in the graph.</summary>
internal sealed class BaoIds(string systemName)
{
    private const string PolicyPrefix = "policy.";
    private const string TokenPrefix = "token.";
    private const string SecretIdPrefix = "secret-id.";
    private const string LeasePrefix = "lease.";
    private const string KvPrefix = "kv.";
    private const string BatchPrefix = "batch.";
    private const string CertificatePrefix = "certificate.";
    private const string StaticPrefix = "static.";
    private const string HashPrefix = "hmac-sha256:";

    /// <summary>An entity, by its id.</summary>
    public NodeId Entity(string id) => NodeId.Of(systemName, NodeKinds.Account, id);

    /// <summary>What a token logs in as: with the token's own policies, beside those of its entity.</summary>
    public NodeId TokenAccount(string accessor) => NodeId.Of(systemName, NodeKinds.Account, TokenPrefix + accessor);

    public NodeId Token(string accessor) => NodeId.Of(systemName, NodeKinds.Credential, TokenPrefix + accessor);

    public NodeId Group(string id) => NodeId.Of(systemName, NodeKinds.Group, id);

    public NodeId Policy(string name) => NodeId.Of(systemName, NodeKinds.Role, PolicyPrefix + name);

    /// <summary>A user or role of an auth method: what somebody who logs in by it gets.</summary>
    public NodeId AuthRole(string mountAccessor, string name) => NodeId.Of(systemName, NodeKinds.Role, $"auth.{mountAccessor}.{name}");

    /// <summary>Who logs in with a secret-id.</summary>
    public NodeId AppRole(string mountAccessor, string name) => NodeId.Of(systemName, NodeKinds.Account, $"approle.{mountAccessor}.{name}");

    /// <summary>A secret-id, by mount path, role and accessor.</summary>
    public NodeId SecretId(string mount, string role, string accessor) =>
        NodeId.Of(systemName, NodeKinds.Credential, $"{SecretIdPrefix}{mount}/{role}/{accessor}");

    public NodeId Lease(string leaseId) => NodeId.Of(systemName, NodeKinds.Credential, LeasePrefix + leaseId);

    /// <summary>A batch token, by the beginning of the HMAC that the audit log has of it.</summary>
    public NodeId Batch(string hash) => NodeId.Of(systemName, NodeKinds.Credential, BatchPrefix + Short(hash));

    /// <summary>What a batch token lists by itself.</summary>
    public NodeId BatchRole(string hash) => NodeId.Of(systemName, NodeKinds.Role, BatchPrefix + Short(hash));

    /// <summary>A certificate, by its serial in hexadecimal, or by the beginning of its HMAC.</summary>
    public NodeId Certificate(string? serial, string hash) =>
        NodeId.Of(systemName, NodeKinds.Credential, CertificatePrefix + (serial ?? Short(hash)));

    /// <summary>The password of a database role that OpenBao rotates, as it hands it out.</summary>
    public NodeId Static(string mount, string name) => NodeId.Of(systemName, NodeKinds.Secret, $"{StaticPrefix}{mount}//{name}");

    /// <summary>One value of a KV secret, by when it was made: numbers begin anew when a secret is deleted and written again.</summary>
    public NodeId KvVersion(string mount, string path, DateTimeOffset madeAt) => NodeId.Of(
        systemName, NodeKinds.SecretVersion,
        string.Create(CultureInfo.InvariantCulture, $"{KvPrefix}{mount}//{path}@{madeAt.UtcDateTime:yyyyMMdd'T'HHmmss.fffffff'Z'}"));

    /// <summary>A KV secret, by its mount's path and its own. OpenBao gives it no other key.</summary>
    public NodeId Kv(string mount, string path) => NodeId.Of(systemName, NodeKinds.Secret, $"{KvPrefix}{mount}//{path}");

    /// <summary>What a signer or a database role hands out.</summary>
    public NodeId Engine(string mountAccessor, string kind, string name) =>
        NodeId.Of(systemName, NodeKinds.Resource, $"{kind}.{mountAccessor}.{name}");

    public static string? PolicyOf(NodeId id) => After(id, NodeKinds.Role, PolicyPrefix);

    public static string? TokenOf(NodeId id) => After(id, NodeKinds.Credential, TokenPrefix);

    public static string? LeaseOf(NodeId id) => After(id, NodeKinds.Credential, LeasePrefix);

    public static (string Mount, string Name)? StaticOf(NodeId id) =>
        After(id, NodeKinds.Secret, StaticPrefix)?.Split("//", 2) is [var mount, var name] ? (mount, name) : null;

    /// <summary>Finds the accessor of the mount and the name of a role that hands out database users.</summary>
    public static (string MountAccessor, string Name)? DatabaseRoleOf(NodeId id) =>
        After(id, NodeKinds.Resource, "database.")?.Split('.', 2) is [var accessor, var name] ? (accessor, name) : null;

    public static string? EntityOf(NodeId id) => id.Kind == NodeKinds.Account && !id.RawKey.Contains('.', StringComparison.Ordinal)
        ? id.RawKey : null;

    public static (string Mount, string Path)? KvOf(NodeId id) =>
        After(id, NodeKinds.Secret, KvPrefix)?.Split("//", 2) is [var mount, var path] ? (mount, path) : null;

    public static (string Mount, string Role, string Accessor)? SecretIdOf(NodeId id)
    {
        var parts = After(id, NodeKinds.Credential, SecretIdPrefix)?.Split('/') ?? [];
        return parts is [.. var mount, var role, var accessor] && mount.Length > 0 ? (string.Join('/', mount), role, accessor) : null;
    }

    private static string Short(string hash) =>
        (hash.StartsWith(HashPrefix, StringComparison.Ordinal) ? hash[HashPrefix.Length..] : hash) is { Length: > 32 } text ? text[..32] : hash;

    private static string? After(NodeId id, string kind, string prefix) =>
        id.Kind == kind && id.RawKey.StartsWith(prefix, StringComparison.Ordinal) ? id.RawKey[prefix.Length..] : null;
}
