namespace Lockstep.Cedar.Tests.Differential;

/// <summary>Writes random expressions of a wanted type; now and then one of another, so that errors are met.</summary>
internal sealed class ExpressionGenerator(GeneratedWorld model, GeneratedAction action, string principal, string resource, int wrongPercent)
{
    private static readonly string[] Longs = ["0", "1", "-1", "2", "10", "9223372036854775807", "-9223372036854775808", "3"];
    private static readonly string[] Strings = ["\"\"", "\"a\"", "\"ab\"", "\"0\"", "\"x y\"", "\"*\"", "\"10.0.0.1\"", "\"\\u{1F600}\""];
    private readonly HashSet<string> _known = [];

    public string Write(GeneratedType type, int depth)
    {
        if (model.Random.Next(100) < wrongPercent)
        {
            type = model.AnyType(1);
        }

        if (depth > 0 && model.Random.Next(8) == 0)
        {
            return $"(if {Write(GeneratedType.Bool, depth - 1)} then {Write(type, depth - 1)} else {Write(type, depth - 1)})";
        }

        return model.Random.Next(3) == 0 && Path(type) is { } path ? path : depth <= 0 ? Leaf(type) : Compound(type, depth - 1);
    }

    private string Compound(GeneratedType type, int depth) => type.Kind switch
    {
        GeneratedKind.Bool => Truth(depth),
        GeneratedKind.Long => model.Random.Next(6) switch
        {
            0 => $"(-({Write(type, depth)}))",
            1 => $"({Write(new(GeneratedKind.Duration), depth)}).{model.Pick(["toDays", "toHours", "toMinutes", "toSeconds", "toMilliseconds"])}()",
            _ => $"({Write(type, depth)} {model.Pick(["+", "-", "*"])} {Write(type, depth)})",
        },
        GeneratedKind.Datetime => model.Random.Next(2) == 0 ? $"({Write(type, depth)}).offset({Write(new(GeneratedKind.Duration), depth)})"
            : $"({Write(type, depth)}).toDate()",
        GeneratedKind.Duration => model.Random.Next(2) == 0 ? $"({Write(new(GeneratedKind.Datetime), depth)}).toTime()"
            : $"({Write(new(GeneratedKind.Datetime), depth)}).durationSince({Write(new(GeneratedKind.Datetime), depth)})",
        GeneratedKind.Set =>
            "[" + string.Join(", ",
            Enumerable.Range(0, model.Random.Next(10) == 0 ? 0 : model.Random.Next(1, 4)).Select(_ => Write(type.Element!, depth))) + "]",
        GeneratedKind.Record =>
            "{" + string.Join(", ",
            type.Fields!.Where(f => f.IsRequired || model.Random.Next(2) == 0).Select(f => $"\"{f.Name}\": {Write(f.Type, depth)}")) + "}",
        _ => Leaf(type),
    };

    private string Truth(int depth)
    {
        var any = model.AnyType(1);
        var entity = new GeneratedType(GeneratedKind.Entity, Entity: model.Pick(model.TypeNames));
        var set = new GeneratedType(GeneratedKind.Set, Element: any);
        return model.Random.Next(17) switch
        {
            0 => $"(!{Write(GeneratedType.Bool, depth)})",
            1 or 2 => $"({Write(GeneratedType.Bool, depth)} && {Write(GeneratedType.Bool, depth)})",
            3 or 4 => $"({Write(GeneratedType.Bool, depth)} || {Write(GeneratedType.Bool, depth)})",
            5 or 6 => $"({Write(any, depth)} {model.Pick(["==", "!="])} {Write(any, depth)})",
            7 => Ordered(model.Pick([GeneratedType.Long, new(GeneratedKind.Datetime), new(GeneratedKind.Duration)]), depth),
            8 => $"({Write(entity, depth)} in {(model.Random.Next(2) == 0 ? Write(entity, depth) : Write(new(GeneratedKind.Set, Element: entity), depth))})",
            9 => $"({Write(entity, depth)} is {model.Pick(model.TypeNames)}{(model.Random.Next(3) == 0 ? $" in {Write(entity, depth)}" : "")})",
            10 => $"({Write(GeneratedType.String, depth)} like "
                + $"{model.Pick(["\"*\"", "\"a*\"", "\"*b\"", "\"\\\\*\"", "\"\"", "\"*a*b*\""]).Replace("\\\\*", "\\*")})",
            11 => $"{Write(set, depth)}.{(model.Random.Next(3) switch { 0 => $"contains({Write(any, depth)})", 1 => $"containsAll({Write(set, depth)})", _ => $"containsAny({Write(set, depth)})" })}",
            12 => $"{Write(set, depth)}.isEmpty()",
            13 => $"{Write(new(GeneratedKind.Decimal), depth)}.{model.Pick(["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"])}({Write(new(GeneratedKind.Decimal), depth)})",
            14 => model.Random.Next(3) == 0 ? $"{Write(new(GeneratedKind.Ip), depth)}.isInRange({Write(new(GeneratedKind.Ip), depth)})"
                : $"{Write(new(GeneratedKind.Ip), depth)}.{model.Pick(["isIpv4", "isIpv6", "isLoopback", "isMulticast"])}()",
            15 => Tagged(entity, depth),
            _ => Guarded(depth),
        };
    }

    private string Ordered(GeneratedType type, int depth) =>
        $"({Write(type, depth)} {model.Pick(["<", "<=", ">", ">="])} {Write(type, depth)})";

    private string Tagged(GeneratedType entity, int depth)
    {
        var (target, name) = (Write(entity, 0), Write(GeneratedType.String, 0));
        var tags = model.Find(entity.Entity!).Tags ?? GeneratedType.Long;
        return model.Random.Next(4) == 0 ? $"({target}.getTag({name}) == {Write(tags, depth)})"
            : $"({target}.hasTag({name}) && ({target}.getTag({name}) == {Write(tags, depth)}))";
    }

    // `has` first, then an expression that may read the attribute.
    private string Guarded(int depth)
    {
        var fields = Roots().SelectMany(root => root.Fields.Select(f => (root.Text, Field: f))).ToList();
        if (fields.Count == 0)
        {
            return "(context has nothing)";
        }

        var (text, field) = model.Pick(fields);
        var has = $"({text} has \"{field.Name}\")";
        if (!_known.Add($"{text}[\"{field.Name}\"]"))
        {
            return has;
        }

        var guarded = $"({has} && {Write(GeneratedType.Bool, depth)})";
        _known.Remove($"{text}[\"{field.Name}\"]");
        return guarded;
    }

    private IEnumerable<(string Text, IReadOnlyList<GeneratedField> Fields)> Roots() =>
        [("principal", model.Find(principal).Fields), ("resource", model.Find(resource).Fields), ("context", action.Context.Fields!)];

    private string? Path(GeneratedType type)
    {
        var paths = new List<string>();
        foreach (var (text, fields) in Roots())
        {
            foreach (var field in fields)
            {
                var path = $"{text}[\"{field.Name}\"]";
                if (field.Type.Key == type.Key && (field.IsRequired || _known.Contains(path) || model.Random.Next(20) == 0))
                {
                    paths.Add(path);
                }
                else if (field.Type.Kind == GeneratedKind.Record && field.IsRequired)
                {
                    paths.AddRange(field.Type.Fields!.Where(f => f.IsRequired && f.Type.Key == type.Key).Select(
                        f => $"{path}[\"{f.Name}\"]"));
                }
            }
        }

        if (type.Kind == GeneratedKind.Entity)
        {
            paths.AddRange(new[] { (principal, "principal"), (resource, "resource") }.Where(v => v.Item1 == type.Entity).Select(
                v => v.Item2));
        }

        return paths.Count == 0 ? null : model.Pick(paths);
    }

    private string Leaf(GeneratedType type) => type.Kind switch
    {
        GeneratedKind.Bool =>
            model.Pick(["true", "false", "true", "(principal == resource)", "(action in Action::\"group\")",
            "(action == Action::\"act0\")"]),
        GeneratedKind.Long => model.Pick(Longs),
        GeneratedKind.String => model.Pick(Strings),
        GeneratedKind.Entity => $"{type.Entity}::\"{model.Random.Next(model.Find(type.Entity!).IsEnum ? 2 : 4)}\"",
        GeneratedKind.Decimal =>
            $"decimal({model.Pick(["\"0.0\"", "\"1.5\"", "\"-1.0001\"", "\"922337203685477.5807\"", "\"1.23\"", "\"1\""])})",
        GeneratedKind.Ip => $"ip({model.Pick(["\"10.0.0.1\"", "\"10.0.0.0/8\"", "\"::1\"", "\"127.0.0.1/8\"", "\"224.0.0.1\"", "\"ff00::/8\"", "\"fe80::1/64\"", "\"10.0.0.256\""])})",
        GeneratedKind.Datetime =>
            $"datetime({model.Pick(["\"2024-02-29\"", "\"1969-12-31T23:59:59.999Z\"", "\"0000-01-01\"", "\"9999-12-31T23:59:59Z\"", "\"2024-10-15T11:35:00-2359\"", "\"2023-02-29\""])})",
        GeneratedKind.Duration =>
            $"duration({model.Pick(["\"1d2h3m4s5ms\"", "\"-1ms\"", "\"0s\"", "\"9223372036854775807ms\"", "\"-1d\"", "\"1h1d\""])})",
        GeneratedKind.Set => model.Random.Next(12) == 0 ? "[]" : $"[{Leaf(type.Element!)}]",
        _ => "{" + string.Join(", ", type.Fields!.Select(f => $"\"{f.Name}\": {Leaf(f.Type)}")) + "}",
    };
}
