using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Json;

/// <summary>Scopes of the JSON format.</summary>
internal static class ScopeJson
{
    public static EntityScope ReadEntity(JsonElement json, string slot)
    {
        var op = CedarJson.Text(CedarJson.Required(json, "op"), "op");
        switch (op)
        {
            case "All":
                CedarJson.Only(json, "scope", "op");
                return EntityScope.Any;
            case "==" or "in":
                CedarJson.Only(json, "scope", "op", "entity", "slot");
                return Target(json, op == "==" ? ScopeKind.Equal : ScopeKind.In, null, slot);
            case "is":
                CedarJson.Only(json, "scope", "op", "entity_type", "in");
                var type = ExprJson.TypeName(CedarJson.Required(json, "entity_type"));
                return json.TryGetProperty("in", out var within) ? Target(within, ScopeKind.IsIn, type, slot)
                    : new(ScopeKind.Is, EntityType: type);
            default:
                throw CedarJson.Fault($"operator of a scope is `{op}`", "`All`, `==`, `in` or `is`");
        }
    }

    public static ActionScope ReadAction(JsonElement json)
    {
        var op = CedarJson.Text(CedarJson.Required(json, "op"), "op");
        CedarJson.Only(json, "scope", "op", "entity", "entities");
        return op switch
        {
            "All" => ActionScope.Any,
            "==" => new(ScopeKind.Equal, [Action(CedarJson.Required(json, "entity"))]),
            "in" when json.TryGetProperty("entities", out var list) =>
                new(ScopeKind.In, [.. CedarJson.Array(list, "entities").Select(Action)], IsList: true),
            "in" => new(ScopeKind.In, [Action(CedarJson.Required(json, "entity"))]),
            _ => throw CedarJson.Fault($"operator of the action's scope is `{op}`", "`All`, `==` or `in`"),
        };
    }

    public static JsonObject Write(EntityScope scope, string slot)
    {
        var json = new JsonObject { ["op"] =
            scope.Kind switch { ScopeKind.Any => "All", ScopeKind.Equal => "==", ScopeKind.In => "in", _ => "is" } };
        if (scope.EntityType is { } type)
        {
            json["entity_type"] = type;
        }

        var target = scope.Kind == ScopeKind.IsIn ? new JsonObject() : json;
        if (scope.HasSlot)
        {
            target["slot"] = slot;
        }
        else if (scope.Entity is { } entity)
        {
            target["entity"] = ExprJson.Write(entity);
        }

        if (scope.Kind == ScopeKind.IsIn)
        {
            json["in"] = target;
        }

        return json;
    }

    public static JsonObject Write(ActionScope scope) => scope.Kind switch
    {
        ScopeKind.Any => new() { ["op"] = "All" },
        ScopeKind.Equal => new() { ["op"] = "==", ["entity"] = ExprJson.Write(scope.Actions[0]) },
        _ when scope.IsList =>
            new() { ["op"] = "in", ["entities"] = new JsonArray([.. scope.Actions.Select(a => (JsonNode)ExprJson.Write(a))]) },
        _ => new() { ["op"] = "in", ["entity"] = ExprJson.Write(scope.Actions[0]) },
    };

    private static EntityScope Target(JsonElement json, ScopeKind kind, string? type, string slot)
    {
        if (!json.TryGetProperty("slot", out var given))
        {
            return new(kind, ValueJson.Uid(CedarJson.Required(json, "entity"), "entity of the scope"), type);
        }

        var name = CedarJson.Text(given, "slot");
        return name == slot ? new(kind, null, type, HasSlot: true) : throw CedarJson.Fault($"slot `{name}` stands where only `{slot}` can");
    }

    private static EntityUid Action(JsonElement json)
    {
        var uid = ValueJson.Uid(json, "action");
        return Schemas.Schema.IsActionType(uid.Type) ? uid : throw CedarJson.Fault($"`{uid}` is not an action");
    }
}
