using System.Globalization;
using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>One role. Whether it has a password is unknown (<see langword="null"/>) where we may not look.</summary>
internal sealed record PgRole
{
    /// <summary>Reads <c>pg_roles</c>, which everybody sees whole.</summary>
    public const string Select = """
        SELECT r.oid::int8, r.rolname, r.rolcanlogin, r.rolsuper, r.rolinherit, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls,
               r.rolvaliduntil IS NOT NULL, CASE WHEN isfinite(r.rolvaliduntil) THEN r.rolvaliduntil END,
               shobj_description(r.oid, 'pg_authid')
        FROM pg_roles r
        """;

    /// <summary>Reads who has a password and how it is kept; needs SELECT on <c>pg_authid</c>.</summary>
    public const string SelectPasswords = """
        SELECT oid::int8, CASE WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256' ELSE 'md5' END FROM pg_authid WHERE rolpassword IS NOT NULL
        """;

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public required long Oid { get; init; }

    public required string Name { get; init; }

    public required bool CanLogin { get; init; }

    public required bool IsSuperuser { get; init; }

    public required bool Inherits { get; init; }

    /// <summary>Attributes that are powers over the whole cluster, in PostgreSQL's words.</summary>
    public required IReadOnlyList<string> Powers { get; init; }

    public required bool HasValidity { get; init; }

    public required DateTimeOffset? ValidUntil { get; init; }

    /// <summary>
    /// The role's comment, which organisations use to say whose it is: <c>employeeNumber=E1004</c> is read as that attribute.
    /// </summary>
    public required string? Comment { get; init; }

    public string? PasswordType { get; init; }

    /// <summary>
    /// Whether it is an account: it can log in, or has what only logging in needs. A role disabled by us keeps a password and the validity
    /// <c>infinity</c>, which changes nothing and is visible to everybody: so it stays an account, also where passwords are hidden from us.
    /// </summary>
    public bool IsAccount => CanLogin || PasswordType is not null || HasValidity;

    public static PgRole Read(NpgsqlDataReader row)
    {
        string[] words = ["CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"];
        return new()
        {
            Oid = row.GetInt64(0),
            Name = row.GetString(1),
            CanLogin = row.GetBoolean(2),
            IsSuperuser = row.GetBoolean(3),
            Inherits = row.GetBoolean(4),
            Powers = [.. words.Where((_, i) => row.GetBoolean(5 + i))],
            HasValidity = row.GetBoolean(9),
            ValidUntil = row.IsDBNull(10) ? null : new DateTimeOffset(row.GetDateTime(10), TimeSpan.Zero),
            Comment = row.IsDBNull(11) ? null : row.GetString(11),
        };
    }

    public Node Node(string system, DateTimeOffset now)
    {
        var isOut = IsAccount && (!CanLogin || ValidUntil <= now);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["login"] = CanLogin ? "true" : "false" };
        if (ValidUntil is { } until)
        {
            attributes["validUntil"] = until.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        }

        if (IsSuperuser)
        {
            attributes["superuser"] = "true";
        }

        if (Comment is { Length: > 0 and <= 1024 } comment)
        {
            attributes["comment"] = comment;
            if (comment.IndexOf('=', StringComparison.Ordinal) is > 0 and < 64 and var cut
                && comment.AsSpan(..cut).IndexOfAnyExcept(Letters) < 0)
            {
                attributes.TryAdd(comment[..cut], comment[(cut + 1)..].Trim());
            }
        }

        return new() { Id = PgIds.Role(system, this), Name = Name, State = isOut ? NodeState.Disabled
            : NodeState.Active, Attributes = attributes };
    }
}
