namespace Lockstep.Cedar.Tests.Differential;

internal sealed record GeneratedEntityType(
    string Name, IReadOnlyList<string> Parents, IReadOnlyList<GeneratedField> Fields, GeneratedType? Tags, bool IsEnum)
{
    public string Schema => IsEnum ? $"entity {Name} enum [\"0\", \"1\"];"
        : $"entity {Name}{(Parents.Count > 0 ? $" in [{string.Join(", ", Parents)}]" : "")} "
            + $"{{{string.Join(", ", Fields.Select(f => f.Schema))}}}"
            + (Tags is null ? ";" : $" tags {Tags.Schema};");
}

internal sealed record GeneratedAction(
    string Id, IReadOnlyList<string> Parents, IReadOnlyList<string> Principals, IReadOnlyList<string> Resources, GeneratedType Context)
{
    public string Schema => $"action \"{Id}\"{(Parents.Count > 0 ? $" in [{string.Join(", ", Parents.Select(p => $"\"{p}\""))}]" : "")}"
        + $" appliesTo {{ principal: [{string.Join(", ", Principals)}], resource: [{string.Join(", ", Resources)}], context: "
            + $"{Context.Schema} }};";
}

/// <summary>A random schema: entity types, their hierarchy, attributes and tags, and actions.</summary>
internal sealed class GeneratedWorld
{
    private static readonly string[] FieldNames = ["a", "b", "c", "owner", "if", "x y", ""];

    public GeneratedWorld(Random random)
    {
        Random = random;
        TypeNames = [.. Enumerable.Range(0, random.Next(2, 5)).Select(i => $"T{i}"), "E"];
        EntityTypes = [.. TypeNames.Select(Type)];
        Actions = [.. Enumerable.Range(0, random.Next(1, 4)).Select(Action)];
    }

    public Random Random { get; }

    public IReadOnlyList<string> TypeNames { get; }

    public IReadOnlyList<GeneratedEntityType> EntityTypes { get; }

    public IReadOnlyList<GeneratedAction> Actions { get; }

    public string Schema =>
        string.Join('\n', EntityTypes.Select(t => t.Schema).Concat(Actions.Select(a => a.Schema)).Append("action \"group\";"));

    public T Pick<T>(IReadOnlyList<T> items) => items[Random.Next(items.Count)];

    public GeneratedEntityType Find(string name) => EntityTypes.First(t => t.Name == name);

    public GeneratedType AnyType(int depth = 2) => Random.Next(depth > 0 ? 12 : 9) switch
    {
        0 or 1 => GeneratedType.Bool,
        2 => GeneratedType.Long,
        3 => GeneratedType.String,
        4 => new(GeneratedKind.Entity, Entity: Pick(TypeNames)),
        5 => new(GeneratedKind.Decimal),
        6 => new(GeneratedKind.Ip),
        7 => new(GeneratedKind.Datetime),
        8 => new(GeneratedKind.Duration),
        9 or 10 => new(GeneratedKind.Set, Element: AnyType(depth - 1)),
        _ => new(GeneratedKind.Record, Fields: Fields(depth - 1, 3)),
    };

    private List<GeneratedField> Fields(int depth, int most) =>
        [.. FieldNames.OrderBy(_ => Random.Next()).Take(Random.Next(most + 1)).Select(
            name => new GeneratedField(name, AnyType(depth), Random.Next(3) > 0))];

    private GeneratedEntityType Type(string name, int index) => name == "E" ? new(name, [], [], null, IsEnum: true)
        : new(name, [.. TypeNames.Take(index + 1).Where(t => t != "E" && Random.Next(2) == 0)], Fields(2, 5), Random.Next(2) == 0
            ? AnyType(1) : null, IsEnum: false);

    private GeneratedAction Action(int index) => new($"act{index}", Random.Next(2) == 0 ? ["group"] : [],
        [Pick(TypeNames), Pick(TypeNames)], [Pick(TypeNames)], new(GeneratedKind.Record, Fields: Fields(2, 4)));
}
