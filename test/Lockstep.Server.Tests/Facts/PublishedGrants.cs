using System.Text.Json;

namespace Lockstep.Server.Tests.Facts;

/// <summary>
/// Turns grants that others published (ConductorOne/baton-sdk, decoded) into fact files: an entitlement is a group that permits its slug
/// on its resource, a grant is membership in it, and a grant that expands makes one entitlement's members the other's.
/// </summary>
internal static class PublishedGrants
{
    private const string System = "baton";

    /// <summary>Writes the fact files and a configuration below <paramref name="folder"/>; gives the configuration's path.</summary>
    internal static string Write(string published, string folder)
    {
        var facts = Directory.CreateDirectory(Path.Combine(folder, System));
        List<string> lines =
        [
            .. Read(published, "resources").Select(r => NodeOf(
                IsPrincipal(Text(r, "type")) ? "account" : "resource", $"{Text(r, "type")}:{Text(r, "id")}")),
            .. Read(published, "resources").Where(r => Text(r, "type") == "group")
                .Select(r => NodeOf("resource", $"{Text(r, "type")}:{Text(r, "id")}")),
        ];
        foreach (var entitlement in Read(published, "entitlements"))
        {
            lines.Add(NodeOf("group", Text(entitlement, "id")));
            lines.Add(LinkOf("group", Text(entitlement, "id"), "permits", "resource",
                $"{Text(entitlement, "resource_type")}:{Text(entitlement, "resource_id")}", Text(entitlement, "slug")));
        }

        foreach (var grant in Read(published, "grants"))
        {
            var to = Text(grant, "entitlement");
            lines.Add(LinkOf("account", PrincipalOf(grant), "memberOf", "group", to));
            if (grant.TryGetProperty("expandable", out var expandable))
            {
                lines.AddRange(expandable.GetProperty("entitlement_ids").EnumerateArray()
                    .Select(from => LinkOf("group", from.GetString()!, "memberOf", "group", to)));
            }
        }

        File.WriteAllLines(Path.Combine(facts.FullName, "published.jsonl"), lines.Distinct());
        var config = Path.Combine(folder, "lockstep.yaml");
        File.WriteAllText(config, $"""
            version: 1
            server:
              listen: 127.0.0.1:0
              data: {Path.Combine(folder, "data")}
            authority: {System}
            systems:
              {System}:
                kind: facts
                folder: {facts.FullName}

            """);
        return config;
    }

    /// <summary>Reads who has which entitlement once everything is expanded: pairs of (principal, entitlement).</summary>
    internal static HashSet<(string Principal, string Entitlement)> ReadExpanded(string published) =>
        [.. Read(published, "grants").Select(g => (PrincipalOf(g), Text(g, "entitlement")))];

    private static IEnumerable<JsonElement> Read(string published, string what) =>
        File.ReadLines($"{published}.{what}.jsonl").Select(l => JsonDocument.Parse(l).RootElement);

    private static bool IsPrincipal(string type) => type is "user" or "group";

    private static string PrincipalOf(JsonElement grant) => $"{Text(grant, "principal_type")}:{Text(grant, "principal_id")}";

    private static string NodeOf(string kind, string key) =>
        JsonSerializer.Serialize(new { node = new { id = Id(kind, key), name = key } });

    private static string LinkOf(string fromKind, string from, string kind, string toKind, string to, string? action = null) => action is null
        ? JsonSerializer.Serialize(new { link = new { from = Id(fromKind, from), kind, to = Id(toKind, to), evidence = "published" } })
        : JsonSerializer.Serialize(new { link = new { from = Id(fromKind, from), kind, to = Id(toKind, to), action, evidence = "published" } });

    private static string Id(string kind, string key) => $"{System}/{kind}/{Uri.EscapeDataString(key)}";

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
