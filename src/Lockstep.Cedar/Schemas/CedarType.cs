using System.Collections.Immutable;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Schemas;

/// <summary>The type of a value, as a schema declares it or the validator finds it. Closed: the nested records and no others.</summary>
public abstract record CedarType
{
    private CedarType()
    {
    }

    /// <summary>Gets the type without values, below every other.</summary>
    internal static CedarType Never { get; } = new NeverType();

    /// <summary>Gets the type of truth values.</summary>
    internal static CedarType Bool { get; } = new BoolType(null);

    /// <summary>Gets the type whose only value is true.</summary>
    internal static CedarType True { get; } = new BoolType(true);

    /// <summary>Gets the type whose only value is false.</summary>
    internal static CedarType False { get; } = new BoolType(false);

    /// <summary>Gets the type of whole numbers.</summary>
    internal static CedarType Long { get; } = new LongType();

    /// <summary>Gets the type of strings.</summary>
    internal static CedarType String { get; } = new StringType();

    /// <summary>Gets the type of every set.</summary>
    internal static CedarType AnySet { get; } = new SetType(null);

    /// <summary>Gets the type of every entity.</summary>
    internal static CedarType AnyEntity { get; } = new EntityType(null);

    /// <summary>No value has this type.</summary>
    internal sealed record NeverType : CedarType
    {
        /// <inheritdoc/>
        public override string ToString() => "Never";
    }

    /// <summary>Truth values; <paramref name="Only"/> where one is known.</summary>
    public sealed record BoolType(bool? Only) : CedarType
    {
        /// <inheritdoc/>
        public override string ToString() => Only switch { true => "True", false => "False", _ => "Bool" };
    }

    /// <summary>Whole numbers of 64 bits.</summary>
    public sealed record LongType : CedarType
    {
        /// <inheritdoc/>
        public override string ToString() => "Long";
    }

    /// <summary>Strings.</summary>
    public sealed record StringType : CedarType
    {
        /// <inheritdoc/>
        public override string ToString() => "String";
    }

    /// <summary>Sets of one type of element; of any type where it is <see langword="null"/>.</summary>
    public sealed record SetType(CedarType? Element) : CedarType
    {
        /// <inheritdoc/>
        public override string ToString() => $"Set<{Element?.ToString() ?? "any"}>";
    }

    /// <summary>Records of these attributes.</summary>
    public sealed record RecordType(ImmutableSortedDictionary<string, AttributeType> Attributes) : CedarType
    {
        /// <summary>Gets the record without attributes.</summary>
        public static RecordType Empty { get; } = new(ImmutableSortedDictionary.Create<string, AttributeType>(StringComparer.Ordinal));

        /// <inheritdoc/>
        public override string ToString() =>
            $"{{{string.Join(", ", Attributes.Select(a => $"{a.Key}{(a.Value.IsRequired ? string.Empty : "?")}: {a.Value.Type}"))}}}";
    }

    /// <summary>Entities of one type; of any type where <paramref name="Name"/> is <see langword="null"/>.</summary>
    public sealed record EntityType(string? Name) : CedarType
    {
        /// <inheritdoc/>
        public override string ToString() => Name ?? "any entity";
    }

    /// <summary>Values of an extension.</summary>
    public sealed record ExtensionType(CedarKind Kind) : CedarType
    {
        /// <inheritdoc/>
        public override string ToString() => Kind switch
        {
            CedarKind.Decimal => "decimal",
            CedarKind.Ip => "ipaddr",
            CedarKind.Datetime => "datetime",
            _ => "duration",
        };
    }
}

/// <summary>The type of an attribute, and whether it is always there.</summary>
public sealed record AttributeType(CedarType Type, bool IsRequired);
