using Lockstep.Cedar.Policies;

namespace Lockstep.Server.Decisions;

/// <summary>How one set of policies differs from another, by ids and by what the policies say; comments and layout do not count.</summary>
/// <param name="Added">Policies that only the newer set has.</param>
/// <param name="Removed">Policies that only the older set has.</param>
/// <param name="Changed">Policies of the newer set that say something else in the older.</param>
internal sealed record PolicyChange(IReadOnlyList<Policy> Added, IReadOnlyList<Policy> Removed, IReadOnlyList<Policy> Changed)
{
    /// <summary>Compares two sets.</summary>
    public static PolicyChange Between(PolicySet before, PolicySet after)
    {
        var (old, now) = (ById(before), ById(after));
        return new(
            [.. now.Values.Where(p => !old.ContainsKey(p.Id))],
            [.. old.Values.Where(p => !now.ContainsKey(p.Id))],
            [.. now.Values.Where(p => old.TryGetValue(p.Id, out var was) && was.ToString() != p.ToString())]);
    }

    private static SortedDictionary<string, Policy> ById(PolicySet set) =>
        new(set.Policies.ToDictionary(p => p.Id, StringComparer.Ordinal), StringComparer.Ordinal);
}
