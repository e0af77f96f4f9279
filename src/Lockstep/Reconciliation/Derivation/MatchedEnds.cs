using Lockstep.Graph;

namespace Lockstep.Reconciliation.Derivation;

/// <summary>Puts the nodes for link ends that are named by an attribute.</summary>
internal sealed class MatchedEnds(ObservedFacts facts)
{
    private readonly Dictionary<NodeId, NodeId?> _resolved = [];
    private readonly Dictionary<(string System, string Kind, string Attribute), Dictionary<string, List<NodeId>>> _indexes = [];
    private readonly List<CorrelationIssue> _issues = [];

    internal IReadOnlyList<CorrelationIssue> Issues => _issues;

    /// <summary>Gives the link between keys, or <see langword="null"/> if an end matches nothing or too much.</summary>
    internal Link? Resolve(Link link)
    {
        if (!NodeMatch.IsMatch(link.From) && !NodeMatch.IsMatch(link.To))
        {
            return link;
        }

        return Find(link.From) is { } from && Find(link.To) is { } to
            ? link with { From = from, To = to, Evidence = Identities.Short($"{link.Evidence}; {Said(link)}") }
            : null;
    }

    private static string Said(Link link) =>
        string.Join(", ", new[] { link.From, link.To }.Where(NodeMatch.IsMatch).Select(id => $"matched `{id}`"));

    private NodeId? Find(NodeId end)
    {
        if (!NodeMatch.TryParse(end, out var match))
        {
            return end;
        }

        if (_resolved.TryGetValue(end, out var known))
        {
            return known;
        }

        var fitting = Index(match).GetValueOrDefault(match.Value, []);
        if (fitting.Count != 1)
        {
            _issues.Add(fitting.Count == 0
                ? new(CorrelationIssueKind.UnmatchedEnd, end, [], $"links name `{end}`, and no node has that attribute")
                : new(CorrelationIssueKind.AmbiguousEnd, end, [.. fitting.Order()],
                    $"links name `{end}`, and {fitting.Count} nodes have that attribute"));
        }

        return _resolved[end] = fitting.Count == 1 ? fitting[0] : null;
    }

    private Dictionary<string, List<NodeId>> Index(NodeMatch match)
    {
        if (_indexes.TryGetValue((match.SystemName, match.Kind, match.Attribute), out var index))
        {
            return index;
        }

        index = new(StringComparer.Ordinal);
        foreach (var node in facts.Nodes.Values)
        {
            if (node.Id.SystemName == match.SystemName
                && node.Id.Kind == match.Kind
                && CorrelationRule.Value(node, match.Attribute) is { } value)
            {
                (index.TryGetValue(value, out var fitting) ? fitting : index[value] = []).Add(node.Id);
            }
        }

        return _indexes[(match.SystemName, match.Kind, match.Attribute)] = index;
    }
}
