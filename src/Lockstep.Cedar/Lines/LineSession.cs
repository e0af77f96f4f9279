using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Formatting;
using Lockstep.Cedar.Json;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Lines;

/// <summary>
/// Answers questions given as JSON lines: load, authorize, validate, parse and format. One answer a line; a failed one is <c>{"error"}</c>.
/// </summary>
/// <threadsafety>One question at a time.</threadsafety>
public sealed class LineSession
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = CedarLimits.JsonDepthMax };
    private readonly Dictionary<string, Loaded> _sets = new(StringComparer.Ordinal);
    private readonly DecisionBuffer _buffer = new();

    /// <summary>Answers one line.</summary>
    public string Answer(string line)
    {
        try
        {
            using var question = JsonDocument.Parse(line, Reading);
            return Answer(question.RootElement).ToJsonString(Options);
        }
        catch (CedarException fault)
        {
            return new JsonObject { ["error"] = fault.Message }.ToJsonString(Options);
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return new JsonObject { ["error"] = $"not JSON: {fault.Message}" }.ToJsonString(Options);
        }
    }

    private JsonObject Answer(JsonElement question)
    {
        var op = Text(question, "op");
        switch (op)
        {
            case "load": return Load(question);
            case "parse": return new() { ["ok"] = true, ["policies"] = Policies(question).Policies.Length };
            case "format": return new() { ["text"] =
                PolicyFormatter.Format(CedarJson.Text(CedarJson.Required(question, "policies"), "policies")) };
            default:
                var set = _sets.GetValueOrDefault(Text(question, "id"))
                    ?? throw CedarJson.Fault($"no set `{Text(question, "id")}` is loaded");
                return op switch
                {
                    "authorize" => Authorize(question, set),
                    "validate" => Validate(set),
                    _ => throw CedarJson.Fault(
                        $"there is no operation `{op}`", Spelling.Hint(op, ["load", "authorize", "validate", "parse", "format"])),
                };
        }
    }

    private JsonObject Load(JsonElement question)
    {
        var schema = !question.TryGetProperty("schema", out var written) || written.ValueKind == JsonValueKind.Null ? null
            : written.ValueKind == JsonValueKind.String ? Schema.Parse(written.GetString()!) : Schema.ParseJson(written.GetRawText());
        var policies = Policies(question);
        var entities = question.TryGetProperty("entities", out var given) && given.ValueKind != JsonValueKind.Null
            ? EntityJson.Read(given, schema)
            : EntityStore.Empty;
        _sets[Text(question, "id")] = new(new(policies), entities, schema);
        return new() { ["ok"] = true, ["policies"] = policies.Policies.Length };
    }

    private JsonObject Authorize(JsonElement question, Loaded set)
    {
        var action = Uid(question, "action");
        var hasContext = question.TryGetProperty("context", out var context) && context.ValueKind != JsonValueKind.Null;
        if (set.Schema is not null && hasContext && !set.Schema.Actions.ContainsKey(action))
        {
            throw CedarJson.Fault($"action `{action}` is not declared in the schema");
        }

        var request = new AuthorizationRequest(
            Uid(question, "principal"),
            action,
            Uid(question, "resource"),
            hasContext ? ValueJson.Record(context, set.Schema?.Actions[action].Context, "context") : CedarRecord.Empty);
        var isUnchecked = question.TryGetProperty("validateRequest", out var check) && check.ValueKind == JsonValueKind.False;
        if (set.Schema is not null && !isUnchecked)
        {
            new Conformance(set.Schema).Check(request);
        }

        set.Authorizer.Decide(request, set.Entities, _buffer);
        var decision = _buffer.ToDecision();
        return new()
        {
            ["decision"] = decision.IsAllowed ? "allow" : "deny",
            ["reason"] = new JsonArray(
                [.. decision.Determining.Select(p => p.Id).Order(StringComparer.Ordinal).Select(id => (JsonNode)id)]),
            ["errors"] = new JsonArray([.. decision.Faults.OrderBy(f => f.Policy.Id, StringComparer.Ordinal).Select(f =>
                (JsonNode)new JsonObject { ["policy"] = f.Policy.Id, ["message"] = f.Fault.Message })]),
        };
    }

    private static JsonObject Validate(Loaded set)
    {
        var report = new Validator(set.Schema ?? throw CedarJson.Fault("no schema is loaded")).Validate(set.Authorizer.Policies);
        return new()
        {
            ["valid"] = report.IsValid,
            ["errors"] = new JsonArray([.. report.Errors.Select(e => (JsonNode)$"{e.PolicyId}: {e}")]),
            ["warnings"] = new JsonArray([.. report.Warnings.Select(e => (JsonNode)$"{e.PolicyId}: {e}")]),
        };
    }

    private static PolicySet Policies(JsonElement question)
    {
        var written = CedarJson.Required(question, "policies");
        return written.ValueKind == JsonValueKind.String ? PolicySet.Parse(CedarJson.Text(written, "policies")) : PolicyJson.Read(written);
    }

    private static EntityUid Uid(JsonElement question, string name)
    {
        var json = CedarJson.Required(question, name);
        return json.ValueKind != JsonValueKind.String ? ValueJson.Uid(json, name)
            : PolicySet.ParseExpression(CedarJson.Text(json, name)) is Expr.Literal { Value: { Kind: CedarKind.Entity } value }
                ? value.AsEntity
            : throw CedarJson.Fault($"{name} is not an entity such as `User::\"alice\"`");
    }

    private static string Text(JsonElement question, string name) =>
        question.ValueKind == JsonValueKind.Object && question.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : string.Empty;

    private sealed record Loaded(Authorizer Authorizer, EntityStore Entities, Schema? Schema);
}
