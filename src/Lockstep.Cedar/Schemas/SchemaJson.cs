using System.Text.Json;
using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Schemas;

/// <summary>Reads schemas in the JSON format.</summary>
internal static class SchemaJson
{
    public static SchemaSyntax Read(string json)
    {
        using var document = CedarJson.Parse(json);
        return Read(document.RootElement);
    }

    public static SchemaSyntax Read(JsonElement root)
    {
        var namespaces = new List<NamespaceSyntax>();
        foreach (var space in CedarJson.Object(root, "schema"))
        {
            CheckPath(space.Name, isEmptyAllowed: true);
            namespaces.Add(Namespace(space.Name, space.Value));
        }

        return new(null, namespaces);
    }

    private static NamespaceSyntax Namespace(string name, JsonElement json)
    {
        var result = new NamespaceSyntax(name, default);
        CedarJson.Only(json, $"namespace `{name}`", "commonTypes", "entityTypes", "actions", "annotations");
        foreach (var type in CedarJson.OptionalObject(json, "commonTypes"))
        {
            CheckPath(type.Name, isEmptyAllowed: false);
            result.CommonTypes.Add((Plain(type.Name), Type(type.Value, isTop: true)));
        }

        foreach (var entity in CedarJson.RequiredObject(json, "entityTypes"))
        {
            CheckPath(entity.Name, isEmptyAllowed: false);
            result.Entities.Add(Entity(entity.Name, entity.Value));
        }

        foreach (var action in CedarJson.RequiredObject(json, "actions"))
        {
            result.Actions.Add(Action(action.Name, action.Value));
        }

        return result;
    }

    private static EntitySyntax Entity(string name, JsonElement json)
    {
        CedarJson.Only(json, $"entity type `{name}`", "memberOfTypes", "shape", "tags", "enum", "annotations");
        if (json.TryGetProperty("enum", out var ids))
        {
            var list = CedarJson.Array(ids, "enum").Select(id => CedarJson.Text(id, "id")).ToList();
            return list.Count > 0 && json.EnumerateObject().All(p => p.Name is "enum" or "annotations")
                ? new(Plain(name), [], null, null, list)
                : throw CedarJson.Fault($"enumerated entity type `{name}` has no ids or more than ids");
        }

        return new(
            Plain(name),
            CedarJson.OptionalArray(json, "memberOfTypes").Select(p => TypeName(p)).ToList(),
            json.TryGetProperty("shape", out var shape) ? Type(shape) : null,
            json.TryGetProperty("tags", out var tags) ? Type(tags) : null,
            null);
    }

    private static ActionSyntax Action(string name, JsonElement json)
    {
        CedarJson.Only(json, $"action `{name}`", "memberOf", "appliesTo", "attributes", "annotations");
        var parents = CedarJson.OptionalArray(json, "memberOf").Select(parent =>
        {
            CedarJson.Only(parent, "memberOf", "id", "type");
            return (parent.TryGetProperty("type", out var type) && type.ValueKind != JsonValueKind.Null ? TypeName(type) : null,
                CedarJson.Text(CedarJson.Required(parent, "id"), "id"), default(SourceSpan));
        }).ToList();
        if (!json.TryGetProperty("appliesTo", out var applies) || applies.ValueKind == JsonValueKind.Null)
        {
            return new(Plain(name), parents, null);
        }

        CedarJson.Only(applies, "appliesTo", "principalTypes", "resourceTypes", "context");
        return new(Plain(name), parents, new(
            [.. CedarJson.Array(CedarJson.Required(applies, "principalTypes"), "principalTypes").Select(TypeName)],
            [.. CedarJson.Array(CedarJson.Required(applies, "resourceTypes"), "resourceTypes").Select(TypeName)],
            applies.TryGetProperty("context", out var context) ? Type(context) : null));
    }

    private static TypeSyntax Type(JsonElement json, bool isTop = false)
    {
        var kind = CedarJson.Text(CedarJson.Required(json, "type"), "type");
        switch (kind)
        {
            case "String" or "Long":
                Exactly(json, isTop);
                return new TypeSyntax.Reference(kind, ReferenceKind.BuiltIn, default);
            case "Boolean":
                Exactly(json, isTop);
                return new TypeSyntax.Reference("Bool", ReferenceKind.BuiltIn, default);
            case "Set":
                Exactly(json, isTop, "element");
                return new TypeSyntax.SetOf(Type(CedarJson.Required(json, "element")), default);
            case "Record":
                Exactly(json, isTop, "attributes", "additionalAttributes");
                return Record(json);
            case "Entity":
                Exactly(json, isTop, "name");
                return new TypeSyntax.Reference(TypeName(CedarJson.Required(json, "name")).Text, ReferenceKind.EntityOnly, default);
            case "Extension":
                Exactly(json, isTop, "name");
                return new TypeSyntax.Reference(CedarJson.Text(CedarJson.Required(json, "name"), "name"), ReferenceKind.BuiltIn, default);
            case "EntityOrCommon":
                Exactly(json, isTop, "name");
                return new TypeSyntax.Reference(TypeName(CedarJson.Required(json, "name")).Text, ReferenceKind.Any, default);
            default:
                Exactly(json, isTop);
                CheckPath(kind, isEmptyAllowed: false);
                return new TypeSyntax.Reference(kind, ReferenceKind.CommonOnly, default);
        }
    }

    private static TypeSyntax.RecordOf Record(JsonElement json)
    {
        if (json.TryGetProperty("additionalAttributes", out var more) && more.ValueKind == JsonValueKind.True)
        {
            throw CedarJson.Fault("records with additional attributes are not part of the language");
        }

        var fields = new List<(Named, TypeSyntax, bool)>();
        foreach (var attribute in CedarJson.RequiredObject(json, "attributes"))
        {
            var isRequired = !attribute.Value.TryGetProperty("required", out var required) || required.GetBoolean();
            fields.Add((Plain(attribute.Name), Type(attribute.Value), isRequired));
        }

        return new(fields, default);
    }

    private static void Exactly(JsonElement json, bool isTop, params string[] more) =>
        CedarJson.Only(json, "type", [.. more, "type", "annotations", .. isTop ? (string[])[] : ["required"]]);

    private static Named TypeName(JsonElement json)
    {
        var name = CedarJson.Text(json, "entity type");
        CheckPath(name, isEmptyAllowed: false);
        return Plain(name);
    }

    private static void CheckPath(string name, bool isEmptyAllowed)
    {
        if (!(isEmptyAllowed && name.Length == 0) && !name.Split("::").All(Lexer.IsIdentifier))
        {
            throw CedarJson.Fault($"`{name}` is not a name");
        }
    }

    private static Named Plain(string name) => new(name, default);
}
