using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Json;

/// <summary>Reads and writes policies in the JSON format of the language.</summary>
public static class PolicyJson
{
    /// <summary>Reads a set: static policies, templates and links.</summary>
    /// <exception cref="CedarException">The document is not a policy set.</exception>
    public static PolicySet Read(string json)
    {
        using var document = CedarJson.Parse(json);
        return Read(document.RootElement);
    }

    /// <summary>Reads a set: static policies, templates and links.</summary>
    /// <exception cref="CedarException">The document is not a policy set.</exception>
    public static PolicySet Read(JsonElement json)
    {
        CedarJson.Only(json, "policy set", "staticPolicies", "templates", "templateLinks");
        var policies = CedarJson.OptionalObject(json, "staticPolicies").Select(p => Policy(p.Name, p.Value, isTemplate: false))
            .Concat(CedarJson.OptionalObject(json, "templates").Select(p => Policy(p.Name, p.Value, isTemplate: true))).ToList();
        var set = PolicySet.Of(policies);
        foreach (var link in CedarJson.OptionalArray(json, "templateLinks"))
        {
            CedarJson.Only(link, "template link", "templateId", "newId", "values");
            set = set.Link(
                CedarJson.Text(CedarJson.Required(link, "templateId"), "templateId"),
                CedarJson.Text(CedarJson.Required(link, "newId"), "newId"),
                CedarJson.RequiredObject(link, "values").ToDictionary(v => v.Name, v => ValueJson.Uid(v.Value, $"value of `{v.Name}`")));
        }

        return set;
    }

    /// <summary>Writes a set.</summary>
    public static JsonObject Write(PolicySet policies) => new()
    {
        ["staticPolicies"] =
            new JsonObject(policies.Policies.Where(p => p.TemplateId is null).Select(p => KeyValuePair.Create(p.Id, (JsonNode?)Write(p)))),
        ["templates"] = new JsonObject(policies.Templates.Select(p => KeyValuePair.Create(p.Id, (JsonNode?)Write(p)))),
        ["templateLinks"] = new JsonArray([.. policies.Policies.Where(p => p.TemplateId is not null).Select(p => (JsonNode)new JsonObject
        {
            ["templateId"] = p.TemplateId,
            ["newId"] = p.Id,
            ["values"] = new JsonObject(
                p.SlotValues.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)new JsonObject { ["__entity"] = ExprJson.Write(v.Value) }))),
        })]),
    };

    /// <summary>Writes one policy or template.</summary>
    public static JsonObject Write(Policy policy)
    {
        var json = new JsonObject
        {
            ["effect"] = policy.Effect == Effect.Permit ? "permit" : "forbid",
            ["principal"] = ScopeJson.Write(policy.Principal, "?principal"),
            ["action"] = ScopeJson.Write(policy.Action),
            ["resource"] = ScopeJson.Write(policy.Resource, "?resource"),
            ["conditions"] = new JsonArray([.. policy.Conditions.Select(c => (JsonNode)new JsonObject
            {
                ["kind"] = c.IsUnless ? "unless" : "when",
                ["body"] = ExprJson.Write(c.Body),
            })]),
        };
        if (!policy.Annotations.IsEmpty)
        {
            json["annotations"] =
                new JsonObject(policy.Annotations.Select(a => KeyValuePair.Create(a.Name, (JsonNode?)(a.HasValue ? a.Value : null))));
        }

        return json;
    }

    private static Policy Policy(string id, JsonElement json, bool isTemplate)
    {
        CedarJson.Only(json, $"policy `{id}`", "effect", "principal", "action", "resource", "conditions", "annotations");
        var policy = new Policy
        {
            Id = id,
            Effect = CedarJson.Text(CedarJson.Required(json, "effect"), "effect") switch
            {
                "permit" => Effect.Permit,
                "forbid" => Effect.Forbid,
                var other => throw CedarJson.Fault($"effect of policy `{id}` is `{other}`", "`permit` or `forbid`"),
            },
            Annotations = [.. CedarJson.OptionalObject(json, "annotations").Select(a => Annotation(a.Name, a.Value))],
            Principal = ScopeJson.ReadEntity(CedarJson.Required(json, "principal"), "?principal"),
            Action = ScopeJson.ReadAction(CedarJson.Required(json, "action")),
            Resource = ScopeJson.ReadEntity(CedarJson.Required(json, "resource"), "?resource"),
            Conditions = [.. CedarJson.Array(CedarJson.Required(json, "conditions"), "conditions").Select(Condition)],
        };
        return policy.IsTemplate == isTemplate ? policy
            : throw CedarJson.Fault(
                isTemplate ? $"template `{id}` has no slot" : $"static policy `{id}` has a slot", "templates stand under `templates`");
    }

    private static Annotation Annotation(string name, JsonElement value)
    {
        if (!Lexer.IsIdentifier(name))
        {
            throw CedarJson.Fault($"`{name}` is not an annotation's name");
        }

        return value.ValueKind == JsonValueKind.Null ? new(name, string.Empty, HasValue: false)
            : new(name, CedarJson.Text(value, $"annotation `{name}`"));
    }

    private static Condition Condition(JsonElement json)
    {
        CedarJson.Only(json, "condition", "kind", "body");
        var kind = CedarJson.Text(CedarJson.Required(json, "kind"), "kind");
        return kind is "when" or "unless" ? new(kind == "unless", ExprJson.Read(CedarJson.Required(json, "body")))
            : throw CedarJson.Fault($"kind of a condition is `{kind}`", "`when` or `unless`");
    }
}
