using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.OpenBao;

/// <summary>What one observation gathers and several of its parts need.</summary>
internal sealed class BaoPicture(Facts facts, BaoIds ids, DateTimeOffset now)
{
    public Facts Facts => facts;

    public BaoIds Ids => ids;

    /// <summary>Gets when the observation began (UTC).</summary>
    public DateTimeOffset Now => now;

    /// <summary>Gets the systems in which the vault's database users are, as configured.</summary>
    public IReadOnlyCollection<string> Databases { get; init; } = [];

    /// <summary>Gets the policies that were read, by name.</summary>
    public Dictionary<string, PolicySet> Policies { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets policies that somebody holds and that do not exist, or were not listed.</summary>
    public HashSet<string> Mentioned { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets sets of policies that somebody holds together, written with commas.</summary>
    public HashSet<string> Combinations { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets which entity logs in as whom: entity id, accessor of the auth method, name there.</summary>
    public HashSet<(string Entity, string MountAccessor, string Name)> Aliases { get; } = [];

    /// <summary>Gets the entities that are disabled.</summary>
    public HashSet<string> Disabled { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets what the audit log tells; empty without one.</summary>
    public BaoHistory History { get; set; } = new();

    /// <summary>Gets secrets with when their values were made, in order, by mount and path below it.</summary>
    public Dictionary<(string Mount, string Path), (NodeId Secret, IReadOnlyList<DateTimeOffset> MadeAt)> Values { get; } = [];

    /// <summary>Gets the signers of SSH certificates, by mount and role.</summary>
    public Dictionary<(string Mount, string Role), BaoSigner> Signers { get; } = [];

    /// <summary>Gets all rules, by policy.</summary>
    public Dictionary<string, IReadOnlyList<AclRule>> Rules { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds up each set of policies that somebody holds together; made once all holders were seen.</summary>
    public IReadOnlyList<(IReadOnlyList<string> Names, PolicySet Set)> Sets => field ??=
    [
        .. Combinations.Select(c => c.Split(',')).Where(c => !c.Contains("root", StringComparer.Ordinal))
            .Select(c => ((IReadOnlyList<string>)c,
                new PolicySet(c.SelectMany(p => Rules.GetValueOrDefault(p) ?? []), isRoot: false, Now))),
    ];

    /// <summary>Remembers who holds which policies together.</summary>
    public void Holds(IEnumerable<string> policies)
    {
        var sorted = policies.Distinct().Order(StringComparer.Ordinal).ToList();
        Mentioned.UnionWith(sorted);
        if (sorted.Count > 1)
        {
            Combinations.Add(string.Join(',', sorted));
        }
    }
}
