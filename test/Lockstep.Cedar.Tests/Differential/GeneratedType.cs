namespace Lockstep.Cedar.Tests.Differential;

internal enum GeneratedKind
{
    Bool,
    Long,
    String,
    Entity,
    Set,
    Record,
    Decimal,
    Ip,
    Datetime,
    Duration,
}

/// <summary>A type to generate values and expressions of.</summary>
internal sealed record GeneratedType(
    GeneratedKind Kind, string? Entity = null, GeneratedType? Element = null, IReadOnlyList<GeneratedField>? Fields = null)
{
    public static GeneratedType Bool { get; } = new(GeneratedKind.Bool);

    public static GeneratedType Long { get; } = new(GeneratedKind.Long);

    public static GeneratedType String { get; } = new(GeneratedKind.String);

    public string Schema => Kind switch
    {
        GeneratedKind.Entity => Entity!,
        GeneratedKind.Set => $"Set<{Element!.Schema}>",
        GeneratedKind.Record => "{" + string.Join(", ", Fields!.Select(f => f.Schema)) + "}",
        GeneratedKind.Decimal => "decimal",
        GeneratedKind.Ip => "ipaddr",
        GeneratedKind.Datetime => "datetime",
        GeneratedKind.Duration => "duration",
        _ => Kind.ToString(),
    };

    public string Key => Schema;
}

internal sealed record GeneratedField(string Name, GeneratedType Type, bool IsRequired)
{
    public string Schema => $"\"{Name}\"{(IsRequired ? "" : "?")}: {Type.Schema}";
}
