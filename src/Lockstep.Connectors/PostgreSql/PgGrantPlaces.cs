using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>A membership: <c>pg_auth_members</c>. Up to version 15 there is one row and any grantor may revoke it.</summary>
internal sealed class PgMembershipPlace(NpgsqlConnection connection, long role, long member) : PgGrantPlace(connection)
{
    private const string Select = """
        SELECT r.rolname, m.rolname, coalesce(g.rolname, '(dropped role)') FROM pg_auth_members a
        JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member LEFT JOIN pg_roles g ON g.oid = a.grantor
        WHERE a.roleid = $1::int8::oid AND a.member = $2::int8::oid
        """;

    public override async Task<IReadOnlyList<PgGrantRow>> FindAsync(CancellationToken cancellation)
    {
        var namesGrantor = Connection.PostgreSqlVersion.Major >= 16;
        return await PgText.ListAsync(
            Connection, Select, r => Row(r.GetString(0), r.GetString(1), r.GetString(2), namesGrantor), cancellation, role, member);
    }

    private static PgGrantRow Row(string role, string member, string grantor, bool namesGrantor) => new(
        grantor, ByOwner: true,
        $"REVOKE {PgText.Name(role)} FROM {PgText.Name(member)}{(namesGrantor ? $" GRANTED BY {PgText.Name(grantor)}" : string.Empty)}");
}

/// <summary>A power of the role itself, such as SUPERUSER.</summary>
internal sealed class PgAttributePlace(NpgsqlConnection connection, long role, string power) : PgGrantPlace(connection)
{
    private static readonly FrozenDictionary<string, string> Columns = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["SUPERUSER"] = "rolsuper", ["CREATEROLE"] = "rolcreaterole", ["CREATEDB"] = "rolcreatedb",
        ["REPLICATION"] = "rolreplication", ["BYPASSRLS"] = "rolbypassrls",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool IsPower(string action) => Columns.ContainsKey(action);

    public override async Task<IReadOnlyList<PgGrantRow>> FindAsync(CancellationToken cancellation) => await PgText.ListAsync(
        Connection,
        $"SELECT rolname FROM pg_roles WHERE oid = $1::int8::oid AND {Columns[power]}",
        r => new PgGrantRow(r.GetString(0), ByOwner: true, $"ALTER ROLE {PgText.Name(r.GetString(0))} NO{power}"),
        cancellation,
        role);
}

/// <summary>A privilege in the access list of a database, schema, table, column, sequence or function.</summary>
internal sealed partial class PgPrivilegePlace(NpgsqlConnection connection, PgResource resource, long grantee, string action)
    : PgGrantPlace(connection)
{
    private const string InSchema = "JOIN pg_namespace n ON n.oid = x.";
    private static readonly FrozenDictionary<string, AclSource> Sources = new Dictionary<string, AclSource>(StringComparer.Ordinal)
    {
        ["database"] = new("pg_database x", "x.datacl", "'d'", "x.datdba", "quote_ident(x.datname)", "DATABASE"),
        ["schema"] = new("pg_namespace x", "x.nspacl", "'n'", "x.nspowner", "quote_ident(x.nspname)", "SCHEMA"),
        ["table"] = new($"pg_class x {InSchema}relnamespace", "x.relacl", "'r'", "x.relowner", "format('%I.%I', n.nspname, x.relname)",
            "TABLE"),
        ["sequence"] = new($"pg_class x {InSchema}relnamespace", "x.relacl", "'s'", "x.relowner", "format('%I.%I', n.nspname, x.relname)",
            "SEQUENCE"),
        ["function"] = new("pg_proc x", "x.proacl", "'f'", "x.proowner", "x.oid::regprocedure::text", "FUNCTION"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public override async Task<IReadOnlyList<PgGrantRow>> FindAsync(CancellationToken cancellation)
    {
        var source = Sources[resource.Type];
        var match = OfColumn().Match(action);
        var (privilege, column) = match.Success ? (match.Groups["privilege"].Value, match.Groups["column"].Value) : (action, string.Empty);
        var acl = column.Length == 0
            ? $"aclexplode(coalesce({source.Acl}, acldefault({source.Kind}::\"char\", {source.Owner})))"
            : "pg_attribute c, LATERAL aclexplode(c.attacl)";
        var sql = $"""
            SELECT {source.Name}, g.rolname, a.grantor = {source.Owner}, coalesce(e.rolname, ''), a.privilege_type
            FROM {source.From} CROSS JOIN LATERAL (SELECT a.* FROM {acl} a{(column.Length == 0 ? string.Empty : " WHERE c.attrelid = x.oid AND c.attname = $4")}) a
            JOIN pg_roles g ON g.oid = a.grantor LEFT JOIN pg_roles e ON e.oid = a.grantee
            WHERE x.oid = $1::int8::oid AND a.grantee = $2::int8::oid AND a.privilege_type = $3
            """;
        object[] parameters = column.Length == 0 ? [resource.Oid, grantee, privilege] : [resource.Oid, grantee, privilege, column];
        return await PgText.ListAsync(Connection, sql, r => Row(r, source.Keyword, column), cancellation, parameters);
    }

    private PgGrantRow Row(NpgsqlDataReader row, string keyword, string column)
    {
        var what = column.Length == 0 ? row.GetString(4) : $"{row.GetString(4)} ({PgText.Name(column)})";
        var who = grantee == 0 ? "PUBLIC" : PgText.Name(row.GetString(3));
        return new(row.GetString(1), row.GetBoolean(2), $"REVOKE {what} ON {keyword} {row.GetString(0)} FROM {who}");
    }

    [GeneratedRegex(@"\A(?<privilege>[A-Z]+)\((?<column>.+)\)\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex OfColumn();

    private sealed record AclSource(string From, string Acl, string Kind, string Owner, string Name, string Keyword);
}
