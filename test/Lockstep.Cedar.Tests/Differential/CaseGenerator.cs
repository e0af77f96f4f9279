using System.Text.Json.Nodes;

namespace Lockstep.Cedar.Tests.Differential;

/// <summary>One generated schema with policies, entities and requests.</summary>
internal sealed record GeneratedCase(
    string Schema, IReadOnlyList<string> Policies, JsonArray Entities, IReadOnlyList<JsonObject> Requests, bool IsJson);

/// <summary>Makes cases from a seed; the same seed makes the same case.</summary>
internal sealed class CaseGenerator(int seed)
{
    private readonly Random _random = new(seed);

    public GeneratedCase Next(int policies, int requests, int depth)
    {
        var model = new GeneratedWorld(_random);
        return new(model.Schema, [.. Enumerable.Range(0, policies).Select(_ => Policy(model, depth))], Entities(model),
            [.. Enumerable.Range(0, requests).Select(_ => Request(model))], _random.Next(3) == 0);
    }

    private string Policy(GeneratedWorld model, int depth)
    {
        var action = model.Pick(model.Actions);
        var (principal, resource) = (model.Pick(action.Principals), model.Pick(action.Resources));
        var expressions = new ExpressionGenerator(model, action, principal, resource, wrongPercent: _random.Next(2) == 0 ? 6 : 0);
        var actionScope = _random.Next(4) switch
        {
            0 => "action",
            1 => "action in Action::\"group\"",
            2 => $"action in [Action::\"{action.Id}\", Action::\"group\"]",
            _ => $"action == Action::\"{action.Id}\"",
        };
        var conditions = Enumerable.Range(0, _random.Next(3)).Select(_ =>
            $"{(_random.Next(3) == 0 ? "unless" : "when")} {{ {expressions.Write(GeneratedType.Bool, _random.Next(depth + 1))} }}");
        return $"{(_random.Next(4) == 0 ? "forbid" : "permit")} ({Scope("principal", principal)}, {actionScope}, "
            + $"{Scope("resource", resource)}) {string.Join(' ', conditions)};";
    }

    private string Scope(string variable, string type) => _random.Next(7) switch
    {
        0 or 1 => variable,
        2 => $"{variable} == {type}::\"{_random.Next(2)}\"",
        3 => $"{variable} in {type}::\"{_random.Next(2)}\"",
        4 => $"{variable} is {type} in T0::\"{_random.Next(2)}\"",
        _ => $"{variable} is {type}",
    };

    private static JsonObject Uid(string type, int id) => new() { ["type"] = type, ["id"] = $"{id}" };

    private JsonArray Entities(GeneratedWorld model)
    {
        var entities = new JsonArray();
        foreach (var type in model.EntityTypes.Where(t => !t.IsEnum))
        {
            for (var id = 0; id < 3; id++)
            {
                // Only lower ids of the same type are parents, so there is no cycle.
                var parents = type.Parents.SelectMany(p => Enumerable.Range(0, p == type.Name ? id : 3).Select(i => (p, i))).Where(
                    _ => _random.Next(3) == 0);
                var entity = new JsonObject
                {
                    ["uid"] = Uid(type.Name, id),
                    ["attrs"] = Record(type.Fields, model),
                    ["parents"] = new JsonArray([.. parents.Select(p => (JsonNode)Uid(p.p, p.i))]),
                };
                if (type.Tags is { } tags && _random.Next(2) == 0)
                {
                    entity["tags"] = new JsonObject { ["a"] = Value(tags, model), [""] = Value(tags, model) };
                }

                entities.Add((JsonNode)entity);
            }
        }

        return entities;
    }

    private JsonObject Request(GeneratedWorld model)
    {
        var action = model.Pick(model.Actions);
        JsonObject Part(string type) => Uid(type, _random.Next(model.Find(type).IsEnum ? 2 : 4));
        return new()
        {
            ["principal"] = Part(model.Pick(action.Principals)),
            ["action"] = new JsonObject { ["type"] = "Action", ["id"] = action.Id },
            ["resource"] = Part(model.Pick(action.Resources)),
            ["context"] = Record(action.Context.Fields!, model),
        };
    }

    private JsonObject Record(IReadOnlyList<GeneratedField> fields, GeneratedWorld model) =>
        new(fields.Where(f => f.IsRequired || _random.Next(2) == 0).Select(
            f => KeyValuePair.Create(f.Name, (JsonNode?)Value(f.Type, model))));

    private JsonNode Value(GeneratedType type, GeneratedWorld model) => type.Kind switch
    {
        GeneratedKind.Bool => _random.Next(2) == 0,
        GeneratedKind.Long => model.Pick([0L, 1, -1, 10, long.MaxValue, long.MinValue]),
        GeneratedKind.String => model.Pick(["", "a", "ab", "0", "x y", "*"]),
        GeneratedKind.Entity => new JsonObject { ["__entity"] = Uid(type.Entity!, _random.Next(model.Find(type.Entity!).IsEnum ? 2 : 4)) },
        GeneratedKind.Set => new JsonArray([.. Enumerable.Range(0, _random.Next(3)).Select(_ => Value(type.Element!, model))]),
        GeneratedKind.Record => Record(type.Fields!, model),
        GeneratedKind.Decimal => model.Pick(["0.0", "1.5", "-1.0001", "922337203685477.5807"]),
        GeneratedKind.Ip => new JsonObject { ["__extn"] =
            new JsonObject { ["fn"] = "ip", ["arg"] = model.Pick(["10.0.0.1", "10.0.0.0/8", "::1", "ff00::1"]) } },
        GeneratedKind.Datetime => model.Pick(["2024-02-29", "1969-12-31T23:59:59.999Z", "0000-01-01"]),
        _ => model.Pick(["1d2h3m4s5ms", "-1ms", "0s"]),
    };
}
