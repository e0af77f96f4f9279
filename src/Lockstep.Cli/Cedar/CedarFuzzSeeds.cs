using System.Text.Json.Nodes;

namespace Lockstep.Cli.Cedar;

/// <summary>Right texts, between them of every part of the language, from which mutation starts.</summary>
internal static class CedarFuzzSeeds
{
    public const string SchemaText = """
        entity Group; entity User in [Group] { name: String, age: Long, mfa?: Bool, last: datetime, tags: Set<String> } tags String;
        entity Doc in [Doc] { owner: User, size: decimal, from: ipaddr, kept: duration, meta: { a: Long, b?: String } };
        entity Plan enum ["free", "pro"];
        action all; action read, write in [all] appliesTo { principal: [User], resource: [Doc], context: { ip: ipaddr, mfa?: Bool } };
        """;

    public static readonly string[] Policies =
    [
        "@id(\"a\") permit (principal in Group::\"g\", action == Action::\"read\", resource is Doc in Doc::\"d\") when { principal.age > "
            + "17 && context has mfa && context.mfa };",
        "forbid (principal, action in [Action::\"read\", Action::\"write\"], resource) unless { resource.owner == principal || "
            + "principal.tags.containsAny([\"a\", \"b\"]) };",
        "permit (principal == ?principal, action, resource in ?resource) when { if principal has mfa then principal.mfa else "
            + "!(principal.name like \"a*\\*b\") };",
        "permit (principal, action, resource) when { context.ip.isInRange(ip(\"10.0.0.0/8\")) && resource.size.lessThan(decimal(\"1.5\")) "
            + "};",
        "permit (principal, action, resource) when { principal.last.offset(duration(\"1d2h\")).toDate() <= "
            + "datetime(\"2024-10-15T11:35:00-2359\") };",
        "permit (principal is User, action, resource) when { principal.hasTag(\"x\") && principal.getTag(\"x\") == \"\\u{1F600}\" && -1 * "
            + "2 + 3 - -4 != 5 };",
        "permit (principal, action, resource) when { {a: 1, \"b c\": [1, {d: true}]}[\"b c\"].contains({d: true}) && [].isEmpty() && "
            + "resource has meta.b };",
    ];

    public static readonly string[] Requests =
    [
        Line("authorize", "read"), Line("authorize", "write"), "{\"op\":\"validate\",\"id\":\"x\"}",
        "{\"op\":\"authorize\",\"id\":\"x\",\"principal\":\"User::\\\"a\\\"\",\"action\":\"Action::\\\"read\\\"\",\"resource\":\"Doc::\\\"d\\\"\",\"context\":{\"ip\":\"::1\"}}",
    ];

    public static string Load => new JsonObject
    {
        ["op"] = "load",
        ["id"] = "x",
        ["policies"] = string.Join('\n', Policies),
        ["schema"] = SchemaText,
        ["entities"] = new JsonArray(),
    }.ToJsonString();

    private static string Line(string op, string action) => new JsonObject
    {
        ["op"] = op,
        ["id"] = "x",
        ["principal"] = new JsonObject { ["type"] = "User", ["id"] = "a" },
        ["action"] = new JsonObject { ["type"] = "Action", ["id"] = action },
        ["resource"] = new JsonObject { ["type"] = "Doc", ["id"] = "d" },
        ["context"] = new JsonObject { ["ip"] = new JsonObject { ["__extn"] = new JsonObject { ["fn"] = "ip", ["arg"] = "10.0.0.1" } },
            ["mfa"] = true },
    }.ToJsonString();
}
