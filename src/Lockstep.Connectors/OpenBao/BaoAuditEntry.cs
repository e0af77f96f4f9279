using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.OpenBao;

/// <summary>What we take of one answer in the audit log. Values in it are HMACs; a name is in clear only where the mount is tuned so.</summary>
/// <param name="At">When (UTC).</param>
/// <param name="Entity">Who asked; empty for a token without entity.</param>
/// <param name="AccessorHash">The HMAC of the accessor of the token that asked; empty for a batch token.</param>
/// <param name="DisplayName">The display name of that token, such as <c>userpass-dana</c>.</param>
/// <param name="Path">The path that was asked.</param>
/// <param name="Mount">The path of the engine, without a final slash.</param>
/// <param name="MountType">The engine's type.</param>
/// <param name="Response">The answer.</param>
internal sealed record BaoAuditEntry(
    DateTimeOffset At, string Entity, string AccessorHash, string DisplayName, string Path, string Mount, string MountType, JsonObject Response)
{
    /// <summary>Reads a line; <see langword="null"/> if it is no answer that gave something to somebody in the namespace.</summary>
    public static BaoAuditEntry? Read(ReadOnlySpan<byte> line, string? inNamespace)
    {
        JsonObject? json;
        try
        {
            json = JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }

        var (request, auth, response) = (json?.Inner("request"), json?.Inner("auth"), json?.Inner("response"));
        var isOurs = (request?.Inner("namespace")?.Text("path") ?? "").Trim('/') == (inNamespace ?? "").Trim('/');
        return isOurs && request is not null && auth is not null && response is not null && json!.Text("error") is null or ""
            && OpenStackTime.Find(json!.Text("time")) is { } at
            ? new(
                at, auth!.Text("entity_id") ?? "", auth.Text("accessor") ?? "", auth.Text("display_name") ?? "", request!.Text("path") ?? "",
                (request.Text("mount_point") ?? "").TrimEnd('/'), request.Text("mount_type") ?? "", response!)
            : null;
    }
}
