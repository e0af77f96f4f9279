using System.Collections.Immutable;
using System.Text.Json;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Entities;

/// <summary>Reads entities from the JSON format.</summary>
public static class EntityJson
{
    /// <summary>Reads a list of entities; with a schema also checks them against it and adds its actions.</summary>
    /// <exception cref="CedarException">With the first fault and its place.</exception>
    public static EntityStore Read(string json, Schema? schema = null)
    {
        using var document = CedarJson.Parse(json);
        return Read(document.RootElement, schema);
    }

    /// <summary>Reads a list of entities; with a schema also checks them against it and adds its actions.</summary>
    /// <exception cref="CedarException">With the first fault and its place.</exception>
    public static EntityStore Read(JsonElement json, Schema? schema = null)
    {
        var entities = CedarJson.Array(json, "document").Select((item, i) => ReadOne(item, schema, i)).ToList();
        if (schema is not null)
        {
            RequireActions(entities, schema);
            entities.RemoveAll(entity => schema.Actions.ContainsKey(entity.Uid));
            entities.AddRange(schema.ActionEntities.Entities);
        }

        var store = EntityStore.Of(entities);
        if (schema is not null)
        {
            var checker = new Conformance(schema);
            foreach (var entity in store.Entities)
            {
                checker.Check(entity, store.AncestorsOf(entity.Uid));
            }
        }

        return store;
    }

    // A document may name the schema's actions, with their direct or with all their parents, but must not change them.
    private static void RequireActions(List<EntityFacts> entities, Schema schema)
    {
        foreach (var action in entities.Where(entity => schema.Actions.ContainsKey(entity.Uid)))
        {
            var above = action.Parents.Concat(action.Parents.SelectMany(parent => schema.ActionEntities.AncestorsOf(parent).ToArray()));
            if (action.Tags.Count > 0 || !above.ToHashSet().SetEquals(schema.ActionEntities.AncestorsOf(action.Uid).ToArray()))
            {
                throw new CedarException("LS6022", $"action `{action.Uid}` differs from the schema's");
            }
        }
    }

    private static EntityFacts ReadOne(JsonElement json, Schema? schema, int index)
    {
        CedarJson.Only(json, $"entity {index}", "uid", "attrs", "parents", "tags");
        var uid = ValueJson.Uid(CedarJson.Required(json, "uid"), $"uid of entity {index}");
        var definition = schema?.EntityTypes.GetValueOrDefault(uid.Type);
        if (schema is not null && definition is null && !schema.Actions.ContainsKey(uid))
        {
            throw CedarJson.Fault(Schema.IsActionType(uid.Type) ? $"action `{uid}` is not declared in the schema"
                : $"entity `{uid}` has a type that is not declared in the schema", Spelling.Hint(uid.Type, schema.EntityTypes.Keys));
        }

        var attributes = CedarJson.Required(json, "attrs");
        var parents = CedarJson.Array(CedarJson.Required(json, "parents"), "parents").Select(
            (p, i) => ValueJson.Uid(p, $"parent {i} of `{uid}`"));
        return new(
            uid,
            ValueJson.Record(attributes, definition?.Attributes ?? (schema is null ? null : CedarType.RecordType.Empty), $"`{uid}`"),
            [.. parents.Distinct()],
            Tags(json, uid, schema, definition));
    }

    private static CedarRecord Tags(JsonElement json, EntityUid uid, Schema? schema, EntityDefinition? definition)
    {
        if (!json.TryGetProperty("tags", out var tags))
        {
            return CedarRecord.Empty;
        }

        var fields = CedarJson.Object(tags, "tags").Select(tag => schema is not null && definition?.Tags is null
            ? throw CedarJson.Fault($"`{uid}` has a tag `{tag.Name}`, but its type has no tags")
            : KeyValuePair.Create(tag.Name, ValueJson.Read(tag.Value, definition?.Tags, $"tag `{tag.Name}` of `{uid}`")));
        return new(fields.ToImmutableArray());
    }
}
