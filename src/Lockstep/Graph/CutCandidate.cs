using Lockstep.Graph.Compact;

namespace Lockstep.Graph;

/// <summary>A link that might be cut, before its names are written out: most questions about its cost need none of them.</summary>
public readonly record struct CutCandidate
{
    private readonly ICutLinks _links;
    private readonly Link? _link;
    private readonly PlacedLink _placed;

    internal CutCandidate(ICutLinks links, Link link) => (_links, _link) = (links, link);

    internal CutCandidate(ICutLinks links, PlacedLink placed) => (_links, _placed) = (links, placed);

    /// <summary>Gets how many nodes lead to where this link starts: who else may depend on it. 0 at the start itself.</summary>
    public int Sharers => _links.SharersOf(_link, _placed);

    /// <summary>Gets the kind.</summary>
    public LinkKind Kind => _link?.Kind ?? (LinkKind)LinkMeta.Kind(_placed.Meta);

    /// <summary>Gets the configured name of the system that says so.</summary>
    public string Source => _link?.Source ?? Evidence.Source;

    /// <summary>Gets how it is enforced.</summary>
    public Enforcement Enforcement => _link?.Enforcement ?? Evidence.Enforcement;

    private LinkEvidence Evidence => _links.EvidenceOf(_placed);

    /// <summary>Writes the link out, with its names.</summary>
    public Link Read() => _link ?? _links.Read(_placed);
}

/// <summary>What an engine says about the links that might be cut.</summary>
internal interface ICutLinks
{
    int SharersOf(Link? link, PlacedLink placed);

    LinkEvidence EvidenceOf(PlacedLink placed);

    Link Read(PlacedLink placed);
}

/// <summary>What cutting a link costs: how hard it is to take back, and how many others it serves.</summary>
/// <param name="Hardness">
/// How hard the cut is to take back in a system, from 1; <see langword="null"/> if that system cannot cut links of that kind.
/// </param>
public sealed record CutWeights(Func<LinkKind, string, int?> Hardness)
{
    private const int SharersMax = 1_000_000;

    /// <summary>Gets weights for where nothing is known of the systems: a membership is put back in a moment, a new value is not.</summary>
    public static CutWeights Usual { get; } = new((kind, _) => kind switch
    {
        LinkKind.MemberOf or LinkKind.Assumes or LinkKind.Elevates or LinkKind.ActsFor => 1,
        LinkKind.Represents or LinkKind.Holds or LinkKind.Permits or LinkKind.Reads => 2,
        LinkKind.Trusts or LinkKind.AuthenticatesAs => 5,
        _ => 20,
    });

    /// <summary>Gives a link's cost: its hardness, ten times as much for every other link that leads to it.</summary>
    public long? Of(CutCandidate link) =>
        Hardness(link.Kind, link.Source) is { } hardness ? hardness * (1 + (10L * Math.Clamp(link.Sharers - 1, 0, SharersMax))) : null;
}
