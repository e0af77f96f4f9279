namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>The rights that the connector's README asks for.</summary>
internal static class OpenBaoRights
{
    public const string Reading = """
        path "sys/policies/acl" { capabilities = ["list"] }
        path "sys/policies/acl/*" { capabilities = ["read"] }
        path "sys/auth" { capabilities = ["read"] }
        path "sys/mounts" { capabilities = ["read"] }
        path "identity/*" { capabilities = ["read", "list"] }
        path "auth/userpass/users" { capabilities = ["list"] }
        path "auth/userpass/users/*" { capabilities = ["read"] }
        path "secret/metadata/*" { capabilities = ["read", "list"] }
        path "database/roles" { capabilities = ["list"] }
        path "database/roles/*" { capabilities = ["read"] }
        path "database/static-roles" { capabilities = ["list"] }
        path "database/static-roles/*" { capabilities = ["read"] }
        path "database/config/*" { capabilities = ["read"] }
        path "ssh/roles" { capabilities = ["list"] }
        path "ssh/roles/*" { capabilities = ["read"] }
        path "ssh/config/ca" { capabilities = ["read"] }

        """;

    /// <summary>The same for a second database engine.</summary>
    public static string ReadingOf(string mount) => $$"""
        path "{{mount}}/roles" { capabilities = ["list"] }
        path "{{mount}}/roles/*" { capabilities = ["read"] }
        path "{{mount}}/static-roles" { capabilities = ["list"] }
        path "{{mount}}/static-roles/*" { capabilities = ["read"] }
        path "{{mount}}/config/*" { capabilities = ["read"] }

        """;

    public const string Sudo = """
        path "auth/token/accessors" { capabilities = ["list", "sudo"] }
        path "auth/token/accessors/" { capabilities = ["list", "sudo"] }
        path "auth/token/lookup-accessor" { capabilities = ["update"] }
        path "sys/leases/lookup/*" { capabilities = ["list", "sudo"] }
        path "sys/leases/lookup" { capabilities = ["update"] }
        path "sys/capabilities-accessor" { capabilities = ["update"] }
        path "sys/audit-hash/*" { capabilities = ["update"] }

        """;

    public static string Cutting(string appRoles) => $$"""
        path "identity/*" { capabilities = ["read", "list", "update"] }
        path "auth/token/revoke-accessor" { capabilities = ["update"] }
        path "sys/leases/revoke" { capabilities = ["update"] }
        path "sys/leases/revoke-prefix/*" { capabilities = ["update", "sudo"] }
        path "database/static-creds/*" { capabilities = ["read"] }
        path "database/rotate-role/*" { capabilities = ["update"] }
        path "auth/{{appRoles}}/role" { capabilities = ["list"] }
        path "auth/{{appRoles}}/role/*" { capabilities = ["read", "list", "update"] }
        path "secret/data/*" { capabilities = ["read", "create", "update"] }
        path "secret/destroy/*" { capabilities = ["update"] }
        """;
}
