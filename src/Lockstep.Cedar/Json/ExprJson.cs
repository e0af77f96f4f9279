using System.Collections.Immutable;
using System.Text.Json;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Json;

/// <summary>Expressions of the JSON format: each an object of one field, named by the operator.</summary>
internal static partial class ExprJson
{
    private static readonly string[] Variables = ["principal", "action", "resource", "context"];

    public static Expr Read(JsonElement json)
    {
        var fields = CedarJson.Object(json, "expression");
        if (json.GetPropertyCount() != 1)
        {
            throw CedarJson.Fault(
                $"expression has {json.GetPropertyCount()} fields",
                "an expression is an object of one field, such as `{\"Var\": \"principal\"}`");
        }

        var field = fields.First();
        var body = field.Value;
        return field.Name switch
        {
            "Value" => Literal(ValueJson.Read(body, null, "value")),
            "Var" => Variable(CedarJson.Text(body, "Var")),
            "Slot" => throw CedarJson.Fault("a slot stands in a condition", "slots only in the scope"),
            "!" => new Expr.Unary(UnaryOperator.Not, One(body)),
            "neg" => new Expr.Unary(UnaryOperator.Negate, One(body)),
            "isEmpty" => new Expr.Unary(UnaryOperator.IsEmpty, One(body)),
            "&&" => new Expr.And(Left(body), Right(body)),
            "||" => new Expr.Or(Left(body), Right(body)),
            "." => Attributed(body, (left, attribute) => new Expr.Get(left, attribute)),
            "has" => Attributed(body, (left, attribute) => new Expr.Has(left, attribute)),
            "is" => Is(body),
            "like" => Like(body),
            "if-then-else" => If(body),
            "Set" => new Expr.SetOf([.. CedarJson.Array(body, "Set").Select(Read)]),
            "Record" => new Expr.RecordOf([.. CedarJson.Object(body, "Record").Select(f => KeyValuePair.Create(f.Name, Read(f.Value)))]),
            _ => Other(field.Name, body),
        };
    }

    public static string TypeName(JsonElement json)
    {
        var name = CedarJson.Text(json, "entity_type");
        return name.Split("::").All(part => Lexer.IsIdentifier(part) && !Functions.IsReserved(part)) ? name
            : throw CedarJson.Fault($"`{name}` is not the name of an entity type");
    }

    // A value of the JSON format may be a set, a record or an extension's value; the language has literals only of the rest.
    private static Expr Literal(CedarValue value) => value.Kind switch
    {
        CedarKind.Set => new Expr.SetOf([.. value.AsSet.Select(Literal)]),
        CedarKind.Record => new Expr.RecordOf([.. Enumerable.Range(0, value.AsRecord.Count)
            .Select(i => KeyValuePair.Create(value.AsRecord.Names[i], Literal(value.AsRecord.Values[i])))]),
        CedarKind.Decimal => Constructed("decimal", Extensions.WriteDecimal(value.AsLong)),
        CedarKind.Ip => Constructed("ip", value.AsIp.ToString()),
        CedarKind.Duration => Constructed("duration", $"{value.AsLong}ms"),
        CedarKind.Datetime =>
            new Expr.Call("offset", [Constructed("datetime", "1970-01-01"), Constructed("duration", $"{value.AsLong}ms")]),
        _ => new Expr.Literal(value),
    };

    private static Expr.Call Constructed(string function, string text) => new(function, [new Expr.Literal(CedarValue.Of(text))]);

    private static Expr.Variable Variable(string name) => Array.IndexOf(Variables, name) is var index and >= 0 ? new((RequestVariable)index)
        : throw CedarJson.Fault($"`{name}` is not a variable", Spelling.Hint(name, Variables));

    private static Expr One(JsonElement body)
    {
        CedarJson.Only(body, "operator", "arg");
        return Read(CedarJson.Required(body, "arg"));
    }

    private static Expr Left(JsonElement body)
    {
        CedarJson.Only(body, "operator", "left", "right");
        return Read(CedarJson.Required(body, "left"));
    }

    private static Expr Right(JsonElement body) => Read(CedarJson.Required(body, "right"));

    private static Expr Attributed(JsonElement body, Func<Expr, string, Expr> make)
    {
        CedarJson.Only(body, "operator", "left", "attr");
        return make(Read(CedarJson.Required(body, "left")), CedarJson.Text(CedarJson.Required(body, "attr"), "attr"));
    }

    private static Expr.Is Is(JsonElement body)
    {
        CedarJson.Only(body, "is", "left", "entity_type", "in");
        return new(Read(CedarJson.Required(body, "left")), TypeName(CedarJson.Required(body, "entity_type")),
            body.TryGetProperty("in", out var within) ? Read(within) : null);
    }

    private static Expr.If If(JsonElement body)
    {
        CedarJson.Only(body, "if-then-else", "if", "then", "else");
        return new(Read(CedarJson.Required(body, "if")), Read(CedarJson.Required(body, "then")), Read(CedarJson.Required(body, "else")));
    }

    private static Expr.Like Like(JsonElement body)
    {
        CedarJson.Only(body, "like", "left", "pattern");
        var pieces = ImmutableArray.CreateBuilder<string>();
        pieces.Add(string.Empty);
        foreach (var part in CedarJson.Array(CedarJson.Required(body, "pattern"), "pattern"))
        {
            if (part.ValueKind == JsonValueKind.String && part.GetString() == "Wildcard")
            {
                pieces.Add(string.Empty);
            }
            else
            {
                pieces[^1] += CedarJson.Text(CedarJson.Required(part, "Literal"), "Literal");
            }
        }

        return new(Read(CedarJson.Required(body, "left")), new LikePattern(pieces.ToImmutable()));
    }

    private static Expr Other(string name, JsonElement body)
    {
        if (OperatorNames.Find(name) is { } op)
        {
            return new Expr.Binary(op, Left(body), Right(body));
        }

        return Functions.IsConstructor(name) || Functions.IsMethod(name)
            ? new Expr.Call(name, [.. CedarJson.Array(body, name).Select(Read)])
            : throw CedarJson.Fault(
                $"there is no operator or function `{name}`", Spelling.Hint(name, Functions.Constructors.Concat(Functions.Methods)));
    }
}
