namespace Lockstep.Connectors.PostgreSql;

/// <summary>
/// The statements that read one database's catalogue; everybody may run them. System schemas and temporary ones are left out.
/// </summary>
internal static class PgCatalog
{
    private const string Schemas = """
        s AS (SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
              WHERE nspname NOT IN ('pg_catalog', 'information_schema') AND nspname !~ '^pg_(toast|temp)')
        """;

    private const string Relations = """
        t AS (SELECT c.oid, CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS type, s.nspname || '.' || c.relname AS name, c.relowner AS owner,
                     coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner)) AS acl, s.oid AS schema, s.nspname
              FROM pg_class c JOIN s ON s.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S'))
        """;

    private const string Functions = """
        f AS (SELECT p.oid, 'function' AS type, s.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name,
                     p.proowner AS owner, coalesce(p.proacl, acldefault('f', p.proowner)) AS acl, s.oid AS schema, s.nspname
              FROM pg_proc p JOIN s ON s.oid = p.pronamespace WHERE p.prosecdef)
        """;

    private const string Objects = """
        o AS (SELECT oid, 'schema' AS type, nspname AS name, nspowner AS owner, coalesce(nspacl, acldefault('n', nspowner)) AS acl,
                     NULL::oid AS schema, NULL::name AS nspname FROM s
              UNION ALL SELECT * FROM t UNION ALL SELECT * FROM f)
        """;

    /// <summary>Object oid, type, name, owner.</summary>
    public static string SelectObjects { get; } =
        $"WITH {Schemas}, {Relations}, {Functions}, {Objects} SELECT oid::int8, type, name, owner::int8 FROM o";

    /// <summary>
    /// As above, then grantee (0 for PUBLIC), privilege (columns as <c>SELECT(name)</c>), whether it may be passed on, and the schema if
    /// the grantee cannot use it by itself.
    /// </summary>
    public static string SelectGrants { get; } = $"""
        WITH {Schemas}, {Relations}, {Functions}, {Objects},
        u AS (SELECT s.oid AS schema, a.grantee FROM s CROSS JOIN LATERAL aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a
              WHERE a.privilege_type = 'USAGE' AND a.grantee = 0),
        g AS (SELECT o.oid, o.type, o.name, o.owner, o.schema, o.nspname, a.grantee, a.privilege_type AS privilege, a.is_grantable
              FROM o CROSS JOIN LATERAL aclexplode(o.acl) a
              UNION ALL
              SELECT t.oid, t.type, t.name, t.owner, t.schema, t.nspname, a.grantee, a.privilege_type || '(' || c.attname || ')', a.is_grantable
              FROM t JOIN pg_attribute c ON c.attrelid = t.oid CROSS JOIN LATERAL aclexplode(c.attacl) a WHERE c.attacl IS NOT NULL)
        SELECT oid::int8, type, name, owner::int8, grantee::int8, left(privilege, 128), bool_or(is_grantable),
               CASE WHEN g.schema IS NULL OR EXISTS (SELECT FROM u WHERE u.schema = g.schema)
                      OR (grantee <> 0 AND has_schema_privilege(grantee, g.schema, 'USAGE')) THEN NULL ELSE nspname::text END
        FROM g GROUP BY oid, type, name, owner, grantee, privilege, g.schema, nspname
        """;
}
