using Lockstep.Graph;

namespace Lockstep.Connectors.OpenStack;

/// <summary>Makes a source's facts.</summary>
internal readonly record struct Facts(string Source)
{
    private const int AttributeLengthMax = 1024;
    private const int EvidenceLengthMax = 512;

    /// <summary>A node; attributes without a value are left out.</summary>
    public Observation Node(
        string scope, NodeId id, string name, NodeState state, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (attribute, value) in attributes)
        {
            if (value is { Length: > 0 })
            {
                kept[attribute] = Clip(value, AttributeLengthMax);
            }
        }

        return new Observation.Seen(new Fact.OfNode(Source, scope, new Node { Id = id, Name = name, State = state, Attributes = kept }));
    }

    /// <summary>A link.</summary>
    public Observation Link(
        string scope,
        NodeId from,
        LinkKind kind,
        NodeId to,
        string evidence,
        string? action = null,
        Validity validity = default,
        Enforcement enforcement = default,
        string? condition = null) =>
        new Observation.Seen(new Fact.OfLink(scope, new Link
        {
            From = from,
            To = to,
            Kind = kind,
            Action = action is null ? null : Clip(action, 128),
            Validity = validity,
            Enforcement = enforcement,
            Source = Source,
            Evidence = Clip(evidence, EvidenceLengthMax),
            Condition = condition,
        }));

    private static string Clip(string text, int lengthMax) => text.Length <= lengthMax ? text : text[..(lengthMax - 1)] + "…";
}
