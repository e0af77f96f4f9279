using System.Text.Json.Nodes;
using Lockstep.Cedar.Formatting;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Json;

/// <summary>The writing half.</summary>
internal static partial class ExprJson
{
    public static JsonObject Write(EntityUid uid) => new() { ["type"] = uid.Type, ["id"] = uid.Id };

    public static JsonObject Write(Expr expr) => expr switch
    {
        Expr.Literal literal => new() { ["Value"] = Value(literal.Value) },
        Expr.Variable variable => new() { ["Var"] = ExprWriter.VariableName(variable.Name) },
        Expr.If test => new() { ["if-then-else"] =
            new JsonObject { ["if"] = Write(test.Test), ["then"] = Write(test.Then), ["else"] = Write(test.Else) } },
        Expr.And and => Two("&&", and.Left, and.Right),
        Expr.Or or => Two("||", or.Left, or.Right),
        Expr.Unary unary => new()
        {
            [unary.Operator switch { UnaryOperator.Not => "!", UnaryOperator.Negate => "neg", _ => "isEmpty" }] =
                new JsonObject { ["arg"] = Write(unary.Operand) },
        },
        Expr.Binary binary => Two(OperatorNames.Of(binary.Operator), binary.Left, binary.Right),
        Expr.Has has => new() { ["has"] = new JsonObject { ["left"] = Write(has.Operand), ["attr"] = has.Attribute } },
        Expr.Get get => new() { ["."] = new JsonObject { ["left"] = Write(get.Operand), ["attr"] = get.Attribute } },
        Expr.Is test => new() { ["is"] = IsBody(test) },
        Expr.Like like => new() { ["like"] = new JsonObject { ["left"] = Write(like.Operand), ["pattern"] = Pattern(like.Pattern) } },
        Expr.SetOf set => new() { ["Set"] = new JsonArray([.. set.Items.Select(item => (JsonNode)Write(item))]) },
        Expr.RecordOf record =>
            new() { ["Record"] = new JsonObject(record.Fields.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)Write(f.Value)))) },
        Expr.Call call => new() { [call.Function] = new JsonArray([.. call.Arguments.Select(argument => (JsonNode)Write(argument))]) },
        _ => throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown expression."),
    };

    private static JsonObject Two(string name, Expr left, Expr right) =>
        new() { [name] = new JsonObject { ["left"] = Write(left), ["right"] = Write(right) } };

    private static JsonObject IsBody(Expr.Is test)
    {
        var body = new JsonObject { ["left"] = Write(test.Operand), ["entity_type"] = test.EntityType };
        if (test.Within is not null)
        {
            body["in"] = Write(test.Within);
        }

        return body;
    }

    private static JsonArray Pattern(LikePattern pattern)
    {
        var parts = new JsonArray();
        for (var i = 0; i < pattern.Pieces.Length; i++)
        {
            if (i > 0)
            {
                parts.Add((JsonNode)"Wildcard");
            }

            if (pattern.Pieces[i].Length > 0)
            {
                parts.Add((JsonNode)new JsonObject { ["Literal"] = pattern.Pieces[i] });
            }
        }

        return parts;
    }

    private static JsonNode Value(CedarValue value) => value.Kind switch
    {
        CedarKind.Bool => value.AsBool,
        CedarKind.Long => value.AsLong,
        CedarKind.String => value.AsString,
        CedarKind.Entity => new JsonObject { ["__entity"] = Write(value.AsEntity) },
        CedarKind.Set => new JsonArray([.. value.AsSet.Select(item => (JsonNode)Value(item))]),
        CedarKind.Record => new JsonObject(Enumerable.Range(0, value.AsRecord.Count)
            .Select(i => KeyValuePair.Create(value.AsRecord.Names[i], (JsonNode?)Value(value.AsRecord.Values[i])))),
        CedarKind.Decimal => Extension("decimal", Extensions.WriteDecimal(value.AsLong)),
        CedarKind.Ip => Extension("ip", value.AsIp.ToString()),
        CedarKind.Duration => Extension("duration", $"{value.AsLong}ms"),
        _ => new JsonObject
        {
            ["__extn"] = new JsonObject
            {
                ["fn"] = "offset",
                ["args"] = new JsonArray(Extension("datetime", "1970-01-01"), Extension("duration", $"{value.AsLong}ms")),
            },
        },
    };

    private static JsonObject Extension(string function, string text) =>
        new() { ["__extn"] = new JsonObject { ["fn"] = function, ["arg"] = text } };
}
