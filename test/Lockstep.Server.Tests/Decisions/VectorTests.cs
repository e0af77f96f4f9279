using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.Decisions;

/// <summary>The decisions that AuthZEN's interoperability harnesses expect, with their policies written in Cedar.</summary>
public class VectorTests
{
    private const string TodoPolicies = """
        permit (principal is user, action in [Action::"can_read_user", Action::"can_read_todos"], resource);
        permit (principal is user, action == Action::"can_create_todo", resource)
        when { principal.roles.containsAny(["admin", "editor"]) };
        permit (principal is user, action == Action::"can_update_todo", resource)
        when { principal.roles.contains("evil_genius") };
        permit (principal is user, action == Action::"can_delete_todo", resource)
        when { principal.roles.contains("admin") };
        permit (principal is user, action in [Action::"can_update_todo", Action::"can_delete_todo"], resource)
        when { principal.roles.contains("editor") && resource.ownerID == principal.email };
        """;

    private const string GatewayPolicies = """
        permit (principal, action == Action::"GET", resource == route::"/users/{userId}");
        permit (principal, action == Action::"GET", resource == route::"/todos");
        permit (principal, action == Action::"POST", resource == route::"/todos")
        when { principal.roles.containsAny(["admin", "editor"]) };
        permit (principal, action in [Action::"PUT", Action::"DELETE"], resource == route::"/todos/{todoId}")
        when { principal.roles.containsAny(["admin", "editor", "evil_genius"]) };
        """;

    private static readonly Dictionary<string, string[]> Roles = new()
    {
        ["rick"] = ["admin", "evil_genius"], ["morty"] = ["editor"], ["summer"] = ["editor"], ["beth"] = ["viewer"], ["jerry"] = ["viewer"],
    };

    [Fact]
    public async Task The_todo_application_is_decided_as_expected()
    {
        var cases = Cases("interop/authzen-todo-backend/test/decisions-authorization-api-1_0-01.json");
        await using var pep = await Pep.StartAsync(TodoPolicies, entities: Users("user").ToJsonString());

        Assert.Equal(40, cases.Count);
        foreach (var (request, expected) in cases)
        {
            Assert.True(expected == await pep.DecideAsync(request), request);
        }
    }

    [Fact]
    public async Task The_api_gateway_is_decided_as_expected()
    {
        var cases = Cases("interop/authzen-api-gateways/test-harness/test/decisions.json");
        var roles = Users("x").ToDictionary(u => (string)u!["uid"]!["id"]!, u => u!["attrs"]!["roles"]!);

        // `identity` is the graph's own kind; what the graph does not know of one, the gateway says.
        await using var pep = await Pep.StartAsync(GatewayPolicies);

        Assert.Equal(25, cases.Count);
        foreach (var (request, expected) in cases)
        {
            var asked = JsonNode.Parse(request)!;
            asked["subject"]!["properties"] = new JsonObject { ["roles"] = roles[(string)asked["subject"]!["id"]!].DeepClone() };
            Assert.True(expected == await pep.DecideAsync(asked.ToJsonString()), request);
        }
    }

    /// <summary>
    /// The search demonstration: view one's own record, those of one's department, or any as a manager; edit one's own, or as a manager
    /// those of one's department; delete one's own. Expected is what this says over the published data, worked out here.
    /// </summary>
    [Fact]
    public async Task The_search_demonstration_finds_what_its_rules_say()
    {
        const string Policies = """
            permit (principal is user, action in [Action::"view", Action::"edit", Action::"delete"], resource is record)
            when { resource.owner == principal };
            permit (principal is user, action == Action::"view", resource is record)
            when { resource.department == principal.department || principal.role == "manager" };
            permit (principal is user, action == Action::"edit", resource is record)
            when { resource.department == principal.department && principal.role == "manager" };
            """;
        var (users, records) = (Read("interop/authzen-search-demo/data/users.json"), Read("interop/authzen-search-demo/data/records.json"));
        await using var pep = await Pep.StartAsync(Policies, entities: Demonstration(users, records).ToJsonString());
        string Text(JsonElement of, string name) => of.GetProperty(name).ToString();
        bool May(JsonElement user, string action, JsonElement record) =>
            Text(record, "owner") == Text(user, "id")
            || (action == "view" && (Text(record, "department") == Text(user, "department") || Text(user, "role") == "manager"))
            || (action == "edit" && Text(record, "department") == Text(user, "department") && Text(user, "role") == "manager");

        foreach (var user in users.EnumerateArray())
        {
            foreach (var action in new[] { "view", "edit", "delete" })
            {
                var expected = records.EnumerateArray().Where(r => May(user, action, r)).Select(r => Text(r, "id"));
                var body = $$$"""{"subject":{"type":"user","id":"{{{Text(user, "id")}}}" },"action":{"name":"{{{action}}}"},"resource":{"type":"record"}}""";
                Assert.Equal(expected.Order(StringComparer.Ordinal), await pep.SearchAsync("resource", body, limit: 3));
            }
        }

        foreach (var record in records.EnumerateArray())
        {
            var expected = users.EnumerateArray().Where(u => May(u, "edit", record)).Select(u => Text(u, "id"));
            var body = $$$"""{"subject":{"type":"user"},"action":{"name":"edit"},"resource":{"type":"record","id":"{{{Text(record, "id")}}}" }}""";
            Assert.Equal(expected.Order(StringComparer.Ordinal), await pep.SearchAsync("subject", body));
            foreach (var user in users.EnumerateArray())
            {
                body = $$$"""{"subject":{"type":"user","id":"{{{Text(user, "id")}}}" },"resource":{"type":"record","id":"{{{Text(record, "id")}}}" }}""";
                Assert.Equal(
                    new[] { "delete", "edit", "view" }.Where(a => May(user, a, record)), await pep.SearchAsync("action", body));
            }
        }
    }

    private static JsonElement Read(string path)
    {
        var file = Path.Combine(OutsideFolders.Vectors, "authzen-interop", path);
        Assert.SkipUnless(File.Exists(file), $"the published vectors are not here: {file}");
        return JsonDocument.Parse(File.ReadAllText(file)).RootElement;
    }

    private static List<(string Request, bool Expected)> Cases(string path) =>
    [
        .. Read(path).GetProperty("evaluation").EnumerateArray()
            .Select(c => (c.GetProperty("request").GetRawText(), c.GetProperty("expected").GetBoolean())),
    ];

    /// <summary>The older file names each person beside the opaque id that the newer ones use.</summary>
    private static JsonArray Users(string type)
    {
        var people = Read("interop/authzen-todo-backend/test/decisions-authorization-api-1_0-00.json").GetProperty("evaluation")
            .EnumerateArray().Select(c => c.GetProperty("request").GetProperty("subject"))
            .Select(s => (Id: s.GetProperty("identity").GetString()!, Mail: s.GetProperty("id").GetString()!)).Distinct();
        return new([.. people.Select(p => (JsonNode)new JsonObject
        {
            ["uid"] = new JsonObject { ["type"] = type, ["id"] = p.Id },
            ["attrs"] = new JsonObject
            {
                ["email"] = p.Mail,
                ["roles"] = new JsonArray([.. Roles[p.Mail.Split('@')[0]].Select(r => (JsonNode)r)]),
            },
            ["parents"] = new JsonArray(),
        })]);
    }

    private static JsonArray Demonstration(JsonElement users, JsonElement records) => new(
    [
        .. users.EnumerateArray().Select(u => (JsonNode)Made("user", u, new()
        {
            ["role"] = u.GetProperty("role").GetString(), ["department"] = u.GetProperty("department").GetString(),
        })),
        .. records.EnumerateArray().Select(r => (JsonNode)Made("record", r, new()
        {
            ["department"] = r.GetProperty("department").GetString(),
            ["owner"] = new JsonObject
            {
                ["__entity"] = new JsonObject { ["type"] = "user", ["id"] = r.GetProperty("owner").GetString() },
            },
        })),
    ]);

    private static JsonObject Made(string type, JsonElement of, JsonObject attributes) => new()
    {
        ["uid"] = new JsonObject { ["type"] = type, ["id"] = of.GetProperty("id").ToString() },
        ["attrs"] = attributes,
        ["parents"] = new JsonArray(),
    };
}
