namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>
/// The policies that a token holds together, and what they decide: a literal path beats everything, then the most specific of prefix and
/// <c>+</c> paths; on that path rules of all policies add up, and deny wins.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
internal sealed class PolicySet
{
    private const AclCapabilities Everything = (AclCapabilities)511 & ~AclCapabilities.Deny;
    private readonly Dictionary<string, MergedRule> _exact;
    private readonly List<(string Path, MergedRule Rule)> _prefixes;
    private readonly List<(string Path, MergedRule Rule)> _segments;

    /// <summary>Adds policies up.</summary>
    /// <param name="rules">The rules of all of them; see <see cref="PolicyText"/>.</param>
    /// <param name="isRoot">Whether the policy <c>root</c> is among them, which has no rules and allows everything.</param>
    /// <param name="now">Rules that have expired by then (UTC) do not count.</param>
    public PolicySet(IEnumerable<AclRule> rules, bool isRoot, DateTimeOffset now)
    {
        IsRoot = isRoot;
        var merged = rules.Where(r => r.Expiration is not { } end || now < end)
            .GroupBy(r => (r.Kind, r.Path))
            .Select(g => (g.Key.Kind, g.Key.Path, Rule: new MergedRule(g)))
            .ToList();
        _exact = merged.Where(m => m.Kind is AclPathKind.Exact).ToDictionary(m => m.Path, m => m.Rule, StringComparer.Ordinal);
        _prefixes = [.. merged.Where(m => m.Kind is AclPathKind.Prefix).Select(m => (m.Path, m.Rule)).OrderByDescending(
            m => m.Path.Length)];
        _segments = [.. merged.Where(m => m.Kind is AclPathKind.Segments).Select(m => (m.Path, m.Rule))];
    }

    public bool IsRoot { get; }

    /// <summary>Decides a request.</summary>
    public AclDecision Decide(AclRequest request)
    {
        if (IsRoot)
        {
            return new(true, Everything, null, ["root"]);
        }

        if (Find(request.Path, request.Operation is AclCapabilities.List or AclCapabilities.Scan) is not { } rule)
        {
            return new(false, AclCapabilities.None, null, []);
        }

        var allowed = rule.Capabilities.HasFlag(request.Operation) && rule.Passes(request);
        var asked = rule.Capabilities.HasFlag(AclCapabilities.Deny) ? AclCapabilities.Deny : request.Operation;
        return new(allowed, rule.Capabilities, rule.Written, rule.PoliciesWith(asked), rule.NeedsWrapping);
    }

    /// <summary>Says what <c>sys/capabilities</c> answers for a path.</summary>
    public IReadOnlyList<string> CapabilitiesOn(string path) =>
        IsRoot ? ["root"] : AclWords.Say(Find(path, isListing: true)?.Capabilities ?? AclCapabilities.None);

    private MergedRule? Find(string path, bool isListing) =>
        _exact.TryGetValue(path, out var exact) ? exact
        : isListing && path.EndsWith('/') && _exact.TryGetValue(path[..^1], out var folder) ? folder
        : FindPattern(path) ?? (isListing && path.EndsWith('/') ? FindPattern(path[..^1]) : null);

    private MergedRule? FindPattern(string path)
    {
        var parts = path.Split('/');
        var candidates = _segments.Select(s => Specificity.Match(s.Path, parts) is { } fit ? (fit, s.Rule) : default)
            .Where(c => c.Rule is not null)
            .ToList();
        if (_prefixes.Find(p => path.StartsWith(p.Path, StringComparison.Ordinal)) is { Rule: { } longest } prefix)
        {
            candidates.Add((new(prefix.Path.Length, IsPrefix: true, 0, prefix.Path), longest));
        }

        return candidates.Count == 0 ? null : candidates.MaxBy(c => c.fit).Rule;
    }
}
