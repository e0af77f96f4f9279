using System.Collections.Frozen;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Values;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Access;

/// <summary>The actions that endpoints name, as the shipped schema has them.</summary>
internal static class AccessActions
{
    private static readonly Schema Shipped = Schema.Parse(AccessPolicies.ShippedSchema);

    private static readonly FrozenDictionary<string, EntityUid> ByName = Shipped.Actions.Values
        .Where(a => a.Principals.Length > 0).ToFrozenDictionary(a => a.Uid.Id, a => a.Uid, StringComparer.Ordinal);

    /// <summary>Gets the names of all actions, groups left out.</summary>
    internal static IReadOnlyList<string> Names => ByName.Keys;

    /// <summary>Gets the actions as entities, each below its groups.</summary>
    internal static EntityStore Entities => Shipped.ActionEntities;

    /// <summary>Finds how policies name an action; <see langword="null"/> if there is none of that name.</summary>
    internal static EntityUid? Find(string name) => ByName.GetValueOrDefault(name);
}
