using Lockstep.Connectors.OpenBao.Acl;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Says which policies grant something on a path, and which take it away again.</summary>
internal sealed class BaoGrants(BaoPicture picture)
{
    /// <summary>Lists the policies that alone grant it.</summary>
    public IEnumerable<(string Policy, AclDecision Decision)> Granting(AclCapabilities wanted, string path) => picture.Policies
        .Select(p => (p.Key, p.Value.Decide(new(wanted, path) { WrapTtl = null })))
        .Where(p => p.Item2.Capabilities.HasFlag(wanted));

    /// <summary>
    /// Names the policies that take it away again from whoever holds them too; only sets that somebody really holds count.
    /// </summary>
    public string? Against(string policy, AclCapabilities wanted, string path)
    {
        var request = new AclRequest(wanted, path);
        var sets = picture.Sets
            .Where(c => c.Names.Contains(policy, StringComparer.Ordinal))
            .Select(c => c.Set.Decide(request))
            .Where(d => !d.Capabilities.HasFlag(wanted))
            .SelectMany(d => d.Policies)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToList();
        return sets.Count == 0 ? null : $"not for who also holds policy {string.Join(", ", sets.Select(s => $"`{s}`"))}";
    }
}
