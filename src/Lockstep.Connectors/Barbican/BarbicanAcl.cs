using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.Barbican;

/// <summary>Writes ACLs.</summary>
internal static class BarbicanAcl
{
    /// <summary>Replaces who may read a secret.</summary>
    public static Task<Reply<bool>> PutAsync(
        BarbicanApi api, BarbicanProject project, string secretId, AccessRule rule, CancellationToken cancellationToken) =>
        api.SendAsync(
            project,
            () => new OpenStackCall(HttpMethod.Put, $"v1/secrets/{Uri.EscapeDataString(secretId)}/acl", "change a secret's ACL")
                .With(json => json.WriteObject("read", read =>
                {
                    read.WriteBoolean("project-access", rule.ProjectAccess);
                    read.WriteStartArray("users");
                    foreach (var user in rule.Users ?? [])
                    {
                        read.WriteStringValue(user);
                    }

                    read.WriteEndArray();
                })),
            cancellationToken);
}
