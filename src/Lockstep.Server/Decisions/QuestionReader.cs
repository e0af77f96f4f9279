using System.Text.Json;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Lockstep.Cedar.Values;
using Lockstep.Graph;
using Lockstep.Server.Api;

namespace Lockstep.Server.Decisions;

/// <summary>Reads AuthZEN's objects into questions; what cannot be read is told with its place. Unknown members are ignored.</summary>
internal sealed class QuestionReader(DecisionRound round)
{
    private const int IdLengthMax = 1_024;
    private const int NameLengthMax = 128;
    private readonly Schema? _schema = round.Policies.Schema;
    private readonly Conformance? _conformance = round.Policies.Schema is { } schema ? new(schema) : null;

    /// <summary>Reads the question in the members subject, action, resource and context.</summary>
    /// <exception cref="QuestionException">It cannot be read, or does not fit the schema.</exception>
    public Question Read(JsonElement json) => Read(json, json);

    /// <summary>Reads a question whose members may each be missing and then are those of <paramref name="defaults"/>.</summary>
    /// <exception cref="QuestionException">It cannot be read, or does not fit the schema.</exception>
    public Question Read(JsonElement item, JsonElement defaults)
    {
        JsonElement? Member(string name) => Optional(item, name) ?? Optional(defaults, name);
        var subject = Member("subject") ?? throw Missing("subject");
        var action = Member("action") ?? throw Missing("action");
        var resource = Member("resource") ?? throw Missing("resource");
        var question = Make(
            ReadEntity(subject, "subject"), subject, ReadName(action), action, ReadEntity(resource, "resource"), resource,
            Member("context"));
        RequireFit(question.Request);
        return question;
    }

    /// <summary>Reads the type of a subject or resource that is searched for; its id is ignored.</summary>
    public static string ReadType(JsonElement json, string place) =>
        Type(Text(Object(json, place), "type", $"{place}.type", NameLengthMax));

    /// <summary>Makes the question about one candidate of a search; <see langword="null"/> if it does not fit the schema.</summary>
    public Question? Try(
        EntityUid subject, JsonElement? subjectJson, string action, JsonElement? actionJson, EntityUid resource, JsonElement? resourceJson,
        JsonElement? context)
    {
        var question = Make(subject, subjectJson, action, actionJson, resource, resourceJson, context);
        try
        {
            _conformance?.Check(question.Request);
            return question;
        }
        catch (CedarException)
        {
            // A candidate that the schema excludes is no result; the searcher did nothing wrong.
            return null;
        }
    }

    /// <summary>Reads who or what is named.</summary>
    public static EntityUid ReadEntity(JsonElement json, string place) =>
        new(ReadType(json, place), Text(json, "id", $"{place}.id", IdLengthMax));

    /// <summary>Gets a member that must be there.</summary>
    public static JsonElement Required(JsonElement json, string name) => Optional(json, name) ?? throw Missing(name);

    /// <summary>Reads an action's name.</summary>
    public static string ReadName(JsonElement json) => Text(Object(json, "action"), "name", "action.name", NameLengthMax);

    /// <summary>Gets a member of an object; <see langword="null"/> if it is missing or null.</summary>
    public static JsonElement? Optional(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private Question Make(
        EntityUid subject, JsonElement? subjectJson, string actionName, JsonElement? actionJson, EntityUid resource,
        JsonElement? resourceJson, JsonElement? context)
    {
        var ambiguous = new List<string>();
        var action = new EntityUid(EntityNames.ActionType, actionName);
        var request = new AuthorizationRequest(
            Resolve(subject, action: null, "subject", ambiguous), action, Resolve(resource, actionName, "resource", ambiguous),
            ReadContext(context, actionJson, action));
        return new(
            request, ReadProperties(subjectJson, subject.Type, "subject"), ReadProperties(resourceJson, resource.Type, "resource"),
            ambiguous);
    }

    /// <summary>Finds the node that a name means where the graph answers for the type; a name that fits several is left as it is.</summary>
    public EntityUid Resolve(EntityUid named, string? action, string place, List<string> ambiguous)
    {
        if (EntityNames.KindOf(named.Type) is not { } kind || NodeId.TryParse(named.Id, null, out _))
        {
            return named;
        }

        var estate = round.Picture.Estate;
        var (found, problem) = kind switch
        {
            NodeKinds.Identity => Lookup.Identity(estate, named.Id) is var (node, refusal) ? (node?.Id, refusal) : default,
            NodeKinds.Resource or NodeKinds.Secret => Lookup.Resource(estate, named.Id, action),
            _ => (null, null),
        };
        if (problem is { StatusCode: 409 })
        {
            ambiguous.Add($"{place}: {problem.ProblemDetails.Detail}");
        }

        return found is not null && found.Kind == kind ? EntityNames.Of(found) : named;
    }

    /// <summary>Reads the circumstances, by the schema where there is one.</summary>
    public CedarRecord ReadContext(JsonElement? context, JsonElement? action, EntityUid name)
    {
        var type = _schema?.Actions.GetValueOrDefault(name)?.Context;
        var fields = Fields(context, type, "context").ToDictionary(StringComparer.Ordinal);
        if (action is { } given && Optional(given, "properties") is { } properties)
        {
            var own = type?.Attributes.GetValueOrDefault("action")?.Type;
            if (type is not null && own is null)
            {
                throw new QuestionException("action.properties", $"the context of action `{name.Id}` has no attribute `action`");
            }

            var record = new CedarRecord(Fields(properties, own as CedarType.RecordType, "action.properties"));
            if (!fields.TryAdd("action", CedarValue.Of(record)))
            {
                throw new QuestionException("context.action", "is where the action's properties go; give one of the two");
            }
        }

        return fields.Count == 0 ? CedarRecord.Empty : new(fields);
    }

    private CedarRecord ReadProperties(JsonElement? entity, string type, string place)
    {
        var attributes = _schema?.EntityTypes.GetValueOrDefault(type)?.Attributes;
        return entity is { } json && Optional(json, "properties") is { } properties
            ? new(Fields(properties, attributes, $"{place}.properties"))
            : CedarRecord.Empty;
    }

    private static IEnumerable<KeyValuePair<string, CedarValue>> Fields(JsonElement? json, CedarType.RecordType? type, string place)
    {
        foreach (var field in json is { } given ? Object(given, place).EnumerateObject() : default)
        {
            if (field.Value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            var attribute = type?.Attributes.GetValueOrDefault(field.Name);
            if (type is not null && attribute is null)
            {
                throw new QuestionException($"{place}.{field.Name}", "the schema does not know this attribute");
            }

            yield return new(field.Name, Value(field.Value, attribute?.Type, $"{place}.{field.Name}"));
        }
    }

    private static CedarValue Value(JsonElement json, CedarType? type, string place)
    {
        try
        {
            return ValueJson.Read(json, type, place);
        }
        catch (CedarException e)
        {
            throw new QuestionException(place, string.Join("; ", e.Diagnostics.Select(d => d.Hint is null ? d.Message : $"{d.Message} ({d.Hint})")));
        }
    }

    private void RequireFit(AuthorizationRequest request)
    {
        try
        {
            _conformance?.Check(request);
        }
        catch (CedarException e)
        {
            var fault = e.Diagnostics[0];
            throw new QuestionException("schema", fault.Hint is null ? fault.Message : $"{fault.Message} ({fault.Hint})");
        }
    }

    private static string Type(string word) => EntityNames.TryGetType(word, out var type) ? type : word;

    private static JsonElement Object(JsonElement json, string place) =>
        json.ValueKind == JsonValueKind.Object ? json : throw new QuestionException(place, $"is a {Kind(json)} and not an object");

    private static string Text(JsonElement json, string name, string place, int lengthMax)
    {
        var value = Optional(json, name) ?? throw Missing(place);
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new QuestionException(place, $"is a {Kind(value)} and not a string");
        }

        var text = Decoded(value, place);
        return text.Length <= lengthMax ? text : throw new QuestionException(place, $"is longer than {lengthMax} characters");
    }

    private static string Decoded(JsonElement value, string place)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new QuestionException(place, "holds half of a surrogate pair");
        }
    }

    private static QuestionException Missing(string place) => new(place, "is missing");

    private static string Kind(JsonElement json) => json.ValueKind.ToString().ToLowerInvariant();
}
