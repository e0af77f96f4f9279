using System.Collections.Immutable;
using Lockstep.Cedar.Schemas;

namespace Lockstep.Cedar.Validation;

/// <summary>How types relate in strict validation: no type is made from two that are not alike.</summary>
internal static class TypeRelations
{
    /// <summary>Says whether every value of one type has the other; records must have the same attributes.</summary>
    public static bool IsSubtype(CedarType one, CedarType two) => (one, two) switch
    {
        (CedarType.NeverType, _) => true,
        (CedarType.BoolType a, CedarType.BoolType b) => b.Only is null || a.Only == b.Only,
        (CedarType.SetType, CedarType.SetType { Element: null }) => true,
        (CedarType.SetType { Element: { } a }, CedarType.SetType { Element: { } b }) => IsSubtype(a, b),
        (CedarType.EntityType a, CedarType.EntityType b) => b.Name is null || a.Name == b.Name,
        (CedarType.ExtensionType a, CedarType.ExtensionType b) => a.Kind == b.Kind,
        (CedarType.RecordType a, CedarType.RecordType b) => a.Attributes.Count == b.Attributes.Count && b.Attributes.All(wanted =>
            a.Attributes.TryGetValue(wanted.Key, out var found) && found.IsRequired == wanted.Value.IsRequired
            && IsSubtype(found.Type, wanted.Value.Type)),
        (CedarType.LongType, CedarType.LongType) or (CedarType.StringType, CedarType.StringType) => true,
        _ => false,
    };

    /// <summary>Finds the least type above both, or null when they are not alike enough.</summary>
    public static CedarType? Join(CedarType one, CedarType two)
    {
        if (IsSubtype(one, two))
        {
            return two;
        }

        if (IsSubtype(two, one))
        {
            return one;
        }

        return (one, two) switch
        {
            (CedarType.BoolType, CedarType.BoolType) => CedarType.Bool,
            (CedarType.SetType { Element: { } a }, CedarType.SetType { Element: { } b }) => Join(a, b) is { } element
                ? new CedarType.SetType(element) : null,
            (CedarType.RecordType a, CedarType.RecordType b) => JoinRecords(a, b),
            _ => null,
        };
    }

    public static CedarType? JoinAll(IEnumerable<CedarType> types)
    {
        CedarType? joined = CedarType.Never;
        foreach (var type in types)
        {
            joined = joined is null ? null : Join(joined, type);
        }

        return joined;
    }

    /// <summary>Says whether no value can have both types; sure only of entities.</summary>
    public static bool AreDisjoint(CedarType one, CedarType two) =>
        one is CedarType.EntityType { Name: { } a } && two is CedarType.EntityType { Name: { } b } && a != b;

    private static CedarType.RecordType? JoinRecords(CedarType.RecordType one, CedarType.RecordType two)
    {
        var attributes = CedarType.RecordType.Empty.Attributes.ToBuilder();
        foreach (var (name, left) in one.Attributes)
        {
            if (!two.Attributes.TryGetValue(name, out var right) || left.IsRequired != right.IsRequired
                || Join(left.Type, right.Type) is not { } type)
            {
                return null;
            }

            attributes[name] = new(type, left.IsRequired);
        }

        return one.Attributes.Count == two.Attributes.Count ? new(attributes.ToImmutable()) : null;
    }
}
