using System.Text.Json.Nodes;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Bench.Policy;

/// <summary>An estate of users in nested groups and documents in nested folders, and policies as people write them: most name a group or a folder.</summary>
internal sealed class PolicyWorkload
{
    private readonly Random _random = new(7);
    private readonly int _groups;
    private readonly int _folders;
    private readonly int _users;
    private readonly int _docs;

    public PolicyWorkload(int entities)
    {
        (_groups, _folders) = (entities / 50, entities / 50);
        (_users, _docs) = (entities / 4, entities - (entities / 25) - (entities / 4));
        Entities = [.. Enumerable.Range(0, _groups).Select(i => Nested("Group", i)), .. Enumerable.Range(0, _folders).Select(i => Nested("Folder", i)),
            .. Enumerable.Range(0, _users).Select(User), .. Enumerable.Range(0, _docs).Select(Doc), EntityFacts.Of(new("Action", "all")),
            .. Enumerable.Range(0, 4).Select(i => EntityFacts.Of(new("Action", $"a{i}"), new EntityUid("Action", "all")))];
    }

    public IReadOnlyList<EntityFacts> Entities { get; }

    public string Policies(int count)
    {
        var random = new Random(count);
        var policies = new List<string>
        {
            "forbid (principal, action, resource) when { context.suspended };",
            "permit (principal, action == Action::\"a0\", resource) when { resource.owner == principal };",
        };
        while (policies.Count < count)
        {
            var (group, folder, action) = (random.Next(_groups), random.Next(_folders), random.Next(4));
            policies.Add((policies.Count % 10) switch
            {
                < 4 => $"permit (principal in Group::\"{group}\", action == Action::\"a{action}\", resource in Folder::\"{folder}\") when {{ resource.level <= principal.clearance }};",
                < 7 => $"permit (principal in Group::\"{group}\", action in Action::\"all\", resource) when {{ context.ip.isInRange(ip(\"10.{random.Next(200)}.0.0/16\")) && resource.open }};",
                < 9 => $"permit (principal, action == Action::\"a{action}\", resource in Folder::\"{folder}\") when {{ principal.dept == \"d{random.Next(20)}\" }};",
                _ => $"forbid (principal is User, action, resource in Folder::\"{folder}\") unless {{ context.mfa }};",
            });
        }

        return string.Join('\n', policies);
    }

    public IReadOnlyList<AuthorizationRequest> Requests(int count) => [.. Enumerable.Range(0, count).Select(_ => new AuthorizationRequest(
        new("User", $"{_random.Next(_users)}"), new("Action", $"a{_random.Next(4)}"), new("Doc", $"{_random.Next(_docs)}"),
        new([new("mfa", CedarValue.Of(_random.Next(4) > 0)), new("suspended", CedarValue.Of(_random.Next(50) == 0)),
            new("ip", Ip($"10.{_random.Next(200)}.1.{_random.Next(256)}"))])))];

    public static JsonObject Write(AuthorizationRequest request)
    {
        var context = new JsonObject();
        for (var i = 0; i < request.Context.Count; i++)
        {
            context[request.Context.Names[i]] = Write(request.Context.Values[i]);
        }

        return new() { ["principal"] = Write(request.Principal), ["action"] = Write(request.Action), ["resource"] = Write(request.Resource), ["context"] = context };
    }

    public static JsonArray Write(IEnumerable<EntityFacts> entities) => new([.. entities.Select(entity => (JsonNode)new JsonObject
    {
        ["uid"] = Write(entity.Uid),
        ["attrs"] = new JsonObject(Enumerable.Range(0, entity.Attributes.Count).Select(i =>
            KeyValuePair.Create(entity.Attributes.Names[i], (JsonNode?)Write(entity.Attributes.Values[i])))),
        ["parents"] = new JsonArray([.. entity.Parents.Select(parent => (JsonNode)Write(parent))]),
    })]);

    private static JsonObject Write(EntityUid uid) => new() { ["type"] = uid.Type, ["id"] = uid.Id };

    private static JsonNode Write(CedarValue value) => value.Kind switch
    {
        CedarKind.Bool => value.AsBool,
        CedarKind.Long => value.AsLong,
        CedarKind.String => value.AsString,
        CedarKind.Entity => new JsonObject { ["__entity"] = Write(value.AsEntity) },
        _ => new JsonObject { ["__extn"] = new JsonObject { ["fn"] = "ip", ["arg"] = value.AsIp.ToString() } },
    };

    private static CedarValue Ip(string text) =>
        IpRange.TryParse(text, out var range) ? CedarValue.Of(range!) : throw new FormatException($"`{text}` is not an address");

    private static EntityFacts Nested(string type, int i) => i == 0 ? EntityFacts.Of(new(type, "0")) : EntityFacts.Of(new(type, $"{i}"), new EntityUid(type, $"{i / 8}"));

    private EntityFacts User(int i) => new(new("User", $"{i}"),
        new([new("clearance", CedarValue.Of((long)_random.Next(10))), new("dept", CedarValue.Of($"d{_random.Next(20)}"))]),
        [.. Enumerable.Range(0, 3).Select(_ => new EntityUid("Group", $"{_random.Next(_groups)}")).Distinct()], CedarRecord.Empty);

    private EntityFacts Doc(int i) => new(new("Doc", $"{i}"),
        new([new("level", CedarValue.Of((long)_random.Next(10))), new("open", CedarValue.Of(_random.Next(2) == 0)),
            new("owner", CedarValue.Of(new EntityUid("User", $"{_random.Next(_users)}")))]),
        [new("Folder", $"{_random.Next(_folders)}")], CedarRecord.Empty);
}
