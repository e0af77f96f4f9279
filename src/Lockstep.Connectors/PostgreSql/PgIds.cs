using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Names nodes by oid, which PostgreSQL never gives to a successor of the same name.</summary>
internal static class PgIds
{
    public const string PublicKey = "public";
    public const string SuperuserKey = "superuser";
    public const string ClusterKey = "cluster";
    private const string PasswordPrefix = "password.";

    public static NodeId Role(string system, PgRole role) =>
        NodeId.Of(system, role.IsAccount ? NodeKinds.Account : NodeKinds.Role, Text(role.Oid));

    /// <summary>An account that is no longer there and whose sessions run on; it is the same node as before.</summary>
    public static NodeId Dropped(string system, long oid) => NodeId.Of(system, NodeKinds.Account, Text(oid));

    public static NodeId Public(string system) => NodeId.Of(system, NodeKinds.Group, PublicKey);

    public static NodeId Superuser(string system) => NodeId.Of(system, NodeKinds.Role, SuperuserKey);

    public static NodeId Cluster(string system) => NodeId.Of(system, NodeKinds.Resource, ClusterKey);

    public static NodeId Database(string system, long oid) => NodeId.Of(system, NodeKinds.Resource, $"database.{Text(oid)}");

    public static NodeId InDatabase(string system, string type, long database, long oid) =>
        NodeId.Of(system, NodeKinds.Resource, $"{type}.{Text(database)}.{Text(oid)}");

    public static NodeId Password(string system, long role) => NodeId.Of(system, NodeKinds.Credential, PasswordPrefix + Text(role));

    public static NodeId Session(string system, int pid, long startedAt) =>
        NodeId.Of(system, NodeKinds.Session, $"{Text(pid)}.{Text(startedAt)}");

    /// <summary>Finds the role's oid in the id of an account, a role or a password, or <see langword="null"/> if it is none.</summary>
    public static long? RoleOid(NodeId id)
    {
        var key = id.RawKey;
        var text = id.Kind == NodeKinds.Credential && key.StartsWith(PasswordPrefix, StringComparison.Ordinal)
            ? key[PasswordPrefix.Length..] : key;
        var isRole = id.Kind is NodeKinds.Account or NodeKinds.Role or NodeKinds.Credential;
        return isRole && uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var oid) ? oid : null;
    }

    /// <summary>Finds process id and start (microseconds since 1970) in the id of a session.</summary>
    public static (int Pid, long StartedAt)? SessionOf(NodeId id) =>
        id.Kind == NodeKinds.Session && id.RawKey.Split('.') is [var pid, var start]
        && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && long.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var micros) ? (number, micros) : null;

    /// <summary>Takes the id of a resource apart: its type, and for all but the cluster the database's and the thing's own oid.</summary>
    public static PgResource? Resource(NodeId id)
    {
        if (id.Kind != NodeKinds.Resource)
        {
            return null;
        }

        var parts = id.RawKey.Split('.');
        var oids = parts.Skip(1).Select(
            p => uint.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var oid) ? oid : 0u).ToArray();
        return (parts[0], oids) switch
        {
            (ClusterKey, []) => new(ClusterKey, 0, 0),
            ("database", [var database]) when database > 0 => new("database", database, database),
            ("schema" or "table" or "sequence" or "function", [var database, var oid]) when database > 0 && oid > 0 =>
                new(parts[0], database, oid),
            _ => null,
        };
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A resource by type and oids.</summary>
internal sealed record PgResource(string Type, long Database, long Oid);
