using Lockstep.Graph;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>One role's membership in another, all grantors taken together.</summary>
internal sealed record PgMembership(long Role, long Member, bool IsAdmin, bool Inherits, bool CanSet)
{
    /// <summary>
    /// Access by inheritance or SET ROLE is access; ADMIN alone (from version 16 on) is the power to grant it to oneself.
    /// </summary>
    public LinkKind LinkKind => Inherits || CanSet ? LinkKind.Assumes : LinkKind.Eligible;

    public static string Select(int majorVersion) => majorVersion >= 16
        ? """
          SELECT roleid::int8, member::int8, bool_or(admin_option), bool_or(inherit_option), bool_or(set_option)
          FROM pg_auth_members GROUP BY roleid, member
          """
        : """
          SELECT m.roleid::int8, m.member::int8, m.admin_option, r.rolinherit, true FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
          """;

    public static PgMembership Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3), row.GetBoolean(4));

    public string Evidence(PgRole member, PgRole role)
    {
        var how = (Inherits, CanSet) switch
        {
            (true, true) => "inherits and may SET ROLE",
            (true, false) => "inherits",
            (false, true) => "may SET ROLE, does not inherit",
            _ => "may grant it to itself (ADMIN OPTION)",
        };
        return $"`{member.Name}` is a member of `{role.Name}`: {how}{(IsAdmin ? ", may pass it on (ADMIN OPTION)" : string.Empty)}";
    }
}
