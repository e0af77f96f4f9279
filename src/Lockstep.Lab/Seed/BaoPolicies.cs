namespace Lockstep.Lab.Seed;

/// <summary>The policies of the lab's OpenBao, by name.</summary>
internal static class BaoPolicies
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["payments-read"] = """
            path "secret/data/payments/*" { capabilities = ["read"] }
            path "secret/metadata/payments/*" { capabilities = ["read", "list"] }
            """,
        ["engineer"] = """
            path "database/creds/payments-reader" { capabilities = ["read"] }
            path "ssh/sign/ops" { capabilities = ["create", "update"] }
            path "auth/token/create" { capabilities = ["create", "update"] }
            path "auth/token/create-orphan" { capabilities = ["create", "update", "sudo"] }
            path "auth/approle/role/ci-deploy/secret-id" { capabilities = ["create", "update"] }
            path "secret/data/payments/*" { capabilities = ["read"] }
            """,
        ["ci"] = """
            path "secret/data/ci/*" { capabilities = ["read"] }
            path "database/creds/payments-reader" { capabilities = ["read"] }
            """,
        ["lockstep"] = """
            path "auth/token/accessors" { capabilities = ["list", "sudo"] }
            path "auth/token/accessors/" { capabilities = ["list", "sudo"] }
            path "auth/token/lookup-accessor" { capabilities = ["update"] }
            path "auth/token/revoke-accessor" { capabilities = ["update"] }
            path "sys/leases/lookup/*" { capabilities = ["list", "sudo"] }
            path "sys/leases/lookup" { capabilities = ["update"] }
            path "sys/leases/revoke" { capabilities = ["update"] }
            path "sys/leases/revoke/*" { capabilities = ["update"] }
            path "sys/leases/revoke-prefix/*" { capabilities = ["update", "sudo"] }
            path "sys/leases" { capabilities = ["read", "sudo"] }
            path "sys/leases/count" { capabilities = ["read"] }
            path "sys/policies/acl" { capabilities = ["list", "read"] }
            path "sys/policies/acl/*" { capabilities = ["read", "update", "delete"] }
            path "sys/auth" { capabilities = ["read"] }
            path "sys/mounts" { capabilities = ["read"] }
            path "sys/audit" { capabilities = ["read", "sudo"] }
            path "sys/audit-hash/*" { capabilities = ["update"] }
            path "sys/locked-users" { capabilities = ["read"] }
            path "sys/capabilities-accessor" { capabilities = ["update"] }
            path "identity/*" { capabilities = ["read", "list", "update"] }
            path "auth/userpass/users" { capabilities = ["list"] }
            path "auth/userpass/users/*" { capabilities = ["read", "list", "update", "delete"] }
            path "auth/approle/role" { capabilities = ["list"] }
            path "auth/approle/role/*" { capabilities = ["read", "list", "update", "delete"] }
            path "database/config" { capabilities = ["list"] }
            path "database/config/*" { capabilities = ["read", "list"] }
            path "database/roles" { capabilities = ["list"] }
            path "database/roles/*" { capabilities = ["read", "list"] }
            path "database/static-roles" { capabilities = ["list"] }
            path "database/static-roles/*" { capabilities = ["read", "list"] }
            path "database/static-creds/*" { capabilities = ["read"] }
            path "database/rotate-role/*" { capabilities = ["update"] }
            path "secret/metadata/*" { capabilities = ["read", "list"] }
            path "secret/metadata" { capabilities = ["list"] }
            path "secret/data/*" { capabilities = ["create", "update", "read"] }
            path "secret/delete/*" { capabilities = ["update"] }
            path "secret/destroy/*" { capabilities = ["update"] }
            path "ssh/config/ca" { capabilities = ["read"] }
            path "ssh/roles" { capabilities = ["list"] }
            path "ssh/roles/*" { capabilities = ["read", "list"] }
            path "ssh/public_key" { capabilities = ["read"] }
            """,
    };
}
