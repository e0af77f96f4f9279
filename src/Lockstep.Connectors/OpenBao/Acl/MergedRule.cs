using System.Text.Json.Nodes;

namespace Lockstep.Connectors.OpenBao.Acl;

/// <summary>All rules that several policies have for one and the same written path, as OpenBao adds them up.</summary>
internal sealed class MergedRule
{
    private readonly List<AclRule> _rules;
    private readonly Dictionary<string, IReadOnlyList<JsonNode?>>? _allowed;
    private readonly Dictionary<string, IReadOnlyList<JsonNode?>>? _denied;
    private readonly List<string> _required;
    private readonly TimeSpan _min;
    private readonly TimeSpan _max;

    public MergedRule(IEnumerable<AclRule> rules)
    {
        _rules = [.. rules];
        Capabilities = _rules.Aggregate(AclCapabilities.None, (sum, rule) => sum | rule.Capabilities);
        if (Capabilities.HasFlag(AclCapabilities.Deny))
        {
            Capabilities = AclCapabilities.Deny;
        }

        _allowed = Merge(_rules.Select(r => r.Allowed));
        _denied = Merge(_rules.Select(r => r.Denied));
        _required = [.. _rules.SelectMany(r => r.Required).Distinct(StringComparer.Ordinal)];
        _min = Least(_rules.Select(r => r.MinWrapping));
        _max = Least(_rules.Select(r => r.MaxWrapping));
    }

    /// <summary>Gets what they allow together; deny wins.</summary>
    public AclCapabilities Capabilities { get; }

    /// <summary>Gets the path as the policies write it.</summary>
    public string Written => _rules[0].Written;

    /// <summary>Gets the policies whose rule carries any of these capabilities, in the order of their names.</summary>
    public IReadOnlyList<string> PoliciesWith(AclCapabilities capabilities) =>
        [.. _rules.Where(r => (r.Capabilities & capabilities) != 0).Select(r => r.Policy).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Gets a value indicating whether a request must ask for its answer to be wrapped.</summary>
    public bool NeedsWrapping => _min > TimeSpan.Zero || _max > TimeSpan.Zero;

    /// <summary>Says whether parameters and wrapping of a request pass.</summary>
    public bool Passes(AclRequest request) => WrappingPasses(request.WrapTtl)
        && (request.Operation is not (AclCapabilities.Read or AclCapabilities.Update or AclCapabilities.Create or AclCapabilities.Patch)
            || ParametersPass(request.Data));

    private static TimeSpan Least(IEnumerable<TimeSpan> times) => times.Where(t => t > TimeSpan.Zero).DefaultIfEmpty().Min();

    private static Dictionary<string, IReadOnlyList<JsonNode?>>? Merge(
        IEnumerable<IReadOnlyDictionary<string, IReadOnlyList<JsonNode?>>?> all)
    {
        Dictionary<string, IReadOnlyList<JsonNode?>>? sum = null;
        foreach (var parameters in all.OfType<IReadOnlyDictionary<string, IReadOnlyList<JsonNode?>>>())
        {
            sum ??= new(StringComparer.Ordinal);
            foreach (var (name, values) in parameters)
            {
                // An empty list stands for every value, and so takes the place of any other.
                sum[name] = !sum.TryGetValue(name, out var known) ? values
                    : known.Count == 0 || values.Count == 0 ? [] : [.. values, .. known];
            }
        }

        return sum;
    }

    private static bool IsIn(JsonNode? value, IReadOnlyList<JsonNode?> values) =>
        values.Count == 0 || values.Any(
            v => Text(v) is { } glob && Text(value) is { } text ? Globs(glob, text) : JsonNode.DeepEquals(v, value));

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static bool Globs(string glob, string text) => glob.Length < 2 ? glob == text : (glob[0] == '*', glob[^1] == '*') switch
    {
        (true, true) => text.Contains(glob[1..^1], StringComparison.Ordinal),
        (true, false) => text.EndsWith(glob[1..], StringComparison.Ordinal),
        (false, true) => text.StartsWith(glob[..^1], StringComparison.Ordinal),
        _ => glob == text,
    };

    private bool WrappingPasses(TimeSpan? ttl) =>
        (_max == TimeSpan.Zero || ttl <= _max)
        && (_min == TimeSpan.Zero || ttl >= _min)
        && (_min == TimeSpan.Zero || _max == TimeSpan.Zero || _min <= _max);

    private bool ParametersPass(IReadOnlyDictionary<string, JsonNode?> data)
    {
        if (!_required.TrueForAll(name => data.ContainsKey(name.ToLowerInvariant())))
        {
            return false;
        }

        if (data.Count == 0)
        {
            return true;
        }

        if (_denied is { Count: > 0 } denied && (denied.ContainsKey("*")
            || data.Any(d => denied.TryGetValue(d.Key.ToLowerInvariant(), out var values) && IsIn(d.Value, values))))
        {
            return false;
        }

        return _allowed is not { Count: > 0 } allowed || data.All(d =>
            allowed.TryGetValue(d.Key.ToLowerInvariant(), out var values) ? IsIn(d.Value, values) : allowed.ContainsKey("*"));
    }
}
