using System.Text.Json;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Entities;

/// <summary>Reads values from JSON. A type, where one is known, lets the wrappers <c>__entity</c> and <c>__extn</c> be left out.</summary>
public static class ValueJson
{
    /// <summary>Reads a value.</summary>
    /// <param name="json">The value in JSON.</param>
    /// <param name="type">The type it should have, or <see langword="null"/>.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="CedarException">The value is not of the language, or not of the type.</exception>
    public static CedarValue Read(JsonElement json, CedarType? type, string place) => (json.ValueKind, type) switch
    {
        (_, CedarType.EntityType entity) => Entity(json, entity, place),
        (_, CedarType.ExtensionType extension) => Extension(json, extension, place),
        (JsonValueKind.True, null or CedarType.BoolType) => CedarValue.True,
        (JsonValueKind.False, null or CedarType.BoolType) => CedarValue.False,
        (JsonValueKind.String, null or CedarType.StringType) => CedarValue.Of(CedarJson.Text(json, place)),
        (JsonValueKind.Number, null or CedarType.LongType) => Long(json, place),
        (JsonValueKind.Array, null or CedarType.SetType) => Set(json, (type as CedarType.SetType)?.Element, place),
        (JsonValueKind.Object, CedarType.RecordType record) => CedarValue.Of(Record(json, record, place)),
        (JsonValueKind.Object, null) => Object(json, place),
        (JsonValueKind.Null, _) => throw CedarJson.Fault($"{place} is null", "the language has no null; leave the attribute out"),
        _ => throw CedarJson.Fault($"{place} is a {CedarJson.Kind(json)} and not a `{type}`"),
    };

    /// <summary>Reads a record, for example a context.</summary>
    /// <exception cref="CedarException">The value is not a record, or not of the type.</exception>
    public static CedarRecord Record(JsonElement json, CedarType.RecordType? type, string place)
    {
        var fields = new Dictionary<string, CedarValue>(StringComparer.Ordinal);
        foreach (var field in CedarJson.Object(json, place))
        {
            AttributeType? attribute = null;
            if (type is not null && !type.Attributes.TryGetValue(field.Name, out attribute))
            {
                throw CedarJson.Fault($"{place} has an attribute `{field.Name}` that its type does not have",
                    Spelling.Hint(field.Name, type.Attributes.Keys));
            }

            fields[field.Name] = Read(field.Value, attribute?.Type, $"{place}.{field.Name}");
            if (fields.Count > CedarLimits.ElementsMax)
            {
                throw new CedarException("LS6002", $"{place} has more than {CedarLimits.ElementsMax} attributes");
            }
        }

        if (type?.Attributes.FirstOrDefault(a => a.Value.IsRequired && !fields.ContainsKey(a.Key)).Key is { } missing)
        {
            throw CedarJson.Fault($"{place} lacks the attribute `{missing}`");
        }

        return new(fields);
    }

    /// <summary>Reads an entity's name: <c>{"type","id"}</c>, with or without <c>__entity</c> around it.</summary>
    /// <exception cref="CedarException">It is not one.</exception>
    public static EntityUid Uid(JsonElement json, string place)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("__entity", out var inner))
        {
            json = inner;
        }

        var type = CedarJson.Text(CedarJson.Required(json, "type"), $"type of {place}");
        return type.Split("::").All(part => Lexer.IsIdentifier(part) && !Policies.Functions.IsReserved(part))
            ? new(type, CedarJson.Text(CedarJson.Required(json, "id"), $"id of {place}"))
            : throw CedarJson.Fault($"{place} has a type `{type}` that is not a name");
    }

    private static CedarValue Object(JsonElement json, string place)
    {
        if (json.TryGetProperty("__entity", out _) && json.GetPropertyCount() == 1)
        {
            return CedarValue.Of(Uid(json, place));
        }

        if (json.TryGetProperty("__extn", out var call) && json.GetPropertyCount() == 1)
        {
            return Call(call, place);
        }

        return json.TryGetProperty("__expr", out _) ? throw CedarJson.Fault($"{place} is written as `__expr`", "use `__entity` or `__extn`")
            : CedarValue.Of(Record(json, null, place));
    }

    private static CedarValue Entity(JsonElement json, CedarType.EntityType type, string place)
    {
        var uid = Uid(json, place);
        return type.Name is null || uid.Type == type.Name ? CedarValue.Of(uid)
            : throw CedarJson.Fault($"{place} is a `{uid.Type}` and not a `{type.Name}`");
    }

    private static CedarValue Extension(JsonElement json, CedarType.ExtensionType type, string place)
    {
        var value = json.ValueKind switch
        {
            JsonValueKind.String => Construct(Constructor(type.Kind), CedarJson.Text(json, place), place),
            JsonValueKind.Object when json.TryGetProperty("__extn", out var call) => Call(call, place),
            _ => Call(json, place),
        };
        return value.Kind == type.Kind ? value : throw CedarJson.Fault($"{place} is a {value.Kind} and not a `{type}`");
    }

    private static string Constructor(CedarKind kind) => kind switch
    {
        CedarKind.Decimal => "decimal",
        CedarKind.Ip => "ip",
        CedarKind.Datetime => "datetime",
        _ => "duration",
    };

    private static CedarValue Call(JsonElement json, string place)
    {
        var function = CedarJson.Text(CedarJson.Required(json, "fn"), $"function of {place}");
        if (function == "offset" && json.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Array
            && args.GetArrayLength() == 2)
        {
            var (start, length) = (Read(args[0], new CedarType.ExtensionType(CedarKind.Datetime), place),
                Read(args[1], new CedarType.ExtensionType(CedarKind.Duration), place));
            var sum = (Int128)start.AsLong + length.AsLong;
            return sum >= long.MinValue && sum <= long.MaxValue ? CedarValue.OfDatetime((long)sum)
                : throw CedarJson.Fault($"{place} does not fit 64 bits");
        }

        return Construct(function, CedarJson.Text(CedarJson.Required(json, "arg"), $"argument of {place}"), place);
    }

    private static CedarValue Construct(string function, string text, string place) =>
        Extensions.TryConstruct(function, text, out var value) ? value
            : throw CedarJson.Fault(Policies.Functions.IsConstructor(function) ? $"{place} holds `{text}`, which `{function}` cannot read"
                : $"{place} names `{function}`, which is not an extension");

    private static CedarValue Long(JsonElement json, string place) =>
        json.TryGetInt64(out var number) ? CedarValue.Of(number)
            : throw CedarJson.Fault($"{place} is a number that is not whole or does not fit 64 bits");

    private static CedarValue Set(JsonElement json, CedarType? element, string place)
    {
        var items = CedarJson.Array(json, place);
        return json.GetArrayLength() > CedarLimits.ElementsMax
            ? throw new CedarException("LS6002", $"{place} has more than {CedarLimits.ElementsMax} elements")
            : CedarValue.Of(new CedarSet(items.Select((item, i) => Read(item, element, $"{place}[{i}]"))));
    }
}
