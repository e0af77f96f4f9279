using System.Collections.Immutable;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Schemas;

/// <summary>An entity type of a schema.</summary>
/// <param name="Name">The name with its namespaces.</param>
/// <param name="Parents">The types it can directly be in.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Tags">The type of its tags, or <see langword="null"/> when it has none.</param>
/// <param name="Ids">The only ids there are, for an enumerated type, or <see langword="null"/>.</param>
public sealed record EntityDefinition(
    string Name, ImmutableArray<string> Parents, CedarType.RecordType Attributes, CedarType? Tags, ImmutableArray<string>? Ids);

/// <summary>An action of a schema.</summary>
/// <param name="Uid">Its name.</param>
/// <param name="Parents">The actions it is directly in.</param>
/// <param name="Principals">Types of principals it applies to.</param>
/// <param name="Resources">Types of resources it applies to.</param>
/// <param name="Context">What its context holds.</param>
public sealed record ActionDefinition(
    EntityUid Uid, ImmutableArray<EntityUid> Parents, ImmutableArray<string> Principals, ImmutableArray<string> Resources,
        CedarType.RecordType Context);

/// <summary>Which entity types and actions there are, and how they fit together.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class Schema
{
    private readonly Dictionary<string, HashSet<string>> _typeAncestors = new(StringComparer.Ordinal);

    internal Schema(IEnumerable<EntityDefinition> entities, IEnumerable<ActionDefinition> actions)
    {
        EntityTypes = entities.ToImmutableSortedDictionary(e => e.Name, e => e, StringComparer.Ordinal);
        Actions = actions.ToImmutableDictionary(a => a.Uid);
        ActionEntities = EntityStore.Of(Actions.Values.Select(a => EntityFacts.Of(a.Uid, [.. a.Parents])));
        foreach (var name in EntityTypes.Keys)
        {
            _typeAncestors[name] = AncestorsOf(name);
        }
    }

    /// <summary>Gets the entity types by name.</summary>
    public ImmutableSortedDictionary<string, EntityDefinition> EntityTypes { get; }

    /// <summary>Gets the actions by name.</summary>
    public ImmutableDictionary<EntityUid, ActionDefinition> Actions { get; }

    /// <summary>Gets the actions as entities, each below its groups.</summary>
    public EntityStore ActionEntities { get; }

    /// <summary>Reads a schema in the text format.</summary>
    /// <exception cref="Text.CedarException">With every fault found.</exception>
    public static Schema Parse(string text) => SchemaResolver.Resolve(SchemaParser.Parse(new(text)));

    /// <summary>Reads a schema in the JSON format.</summary>
    /// <exception cref="Text.CedarException">With every fault found.</exception>
    public static Schema ParseJson(string json) => SchemaResolver.Resolve(SchemaJson.Read(json));

    /// <summary>Says whether an entity type, also one of actions, is declared.</summary>
    public bool Knows(string entityType) => EntityTypes.ContainsKey(entityType) || Actions.Keys.Any(a => a.Type == entityType);

    /// <summary>Says whether entities of one type can be in entities of another, directly or not, or both are the same.</summary>
    public bool CanBeIn(string descendant, string ancestor) =>
        descendant == ancestor || (_typeAncestors.TryGetValue(descendant, out var above) && above.Contains(ancestor))
        || Actions.Values.Any(a => a.Uid.Type == descendant && ActionEntities.AncestorsOf(a.Uid).ToArray().Any(p => p.Type == ancestor));

    /// <summary>Says whether the type name is one of actions.</summary>
    internal static bool IsActionType(string type) => type == "Action" || type.EndsWith("::Action", StringComparison.Ordinal);

    private HashSet<string> AncestorsOf(string name)
    {
        var above = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(EntityTypes[name].Parents);
        while (open.TryPop(out var parent))
        {
            if (above.Add(parent) && EntityTypes.TryGetValue(parent, out var definition))
            {
                foreach (var next in definition.Parents)
                {
                    open.Push(next);
                }
            }
        }

        return above;
    }
}
