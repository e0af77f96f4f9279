using Lockstep.Graph;

namespace Lockstep.Connectors;

/// <summary>What ends access that outlives a cut.</summary>
public enum SurvivalEnd
{
    /// <summary>Nothing is left: the next use is refused.</summary>
    Refused,

    /// <summary>A cache runs out.</summary>
    Cache,

    /// <summary>The open connection is ended.</summary>
    Connection,

    /// <summary>It expires.</summary>
    Expiry,

    /// <summary>Nothing ends it but another cut.</summary>
    Never,
}

/// <summary>One row of the atlas: after this cut, that still works, until then, ended by this. Measured on a real system.</summary>
public sealed record SurvivalRow
{
    /// <summary>Gets the name that certificates cite, such as <c>postgresql/nologin-open-session</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the cut.</summary>
    public required CutKind Cut { get; init; }

    /// <summary>Gets the kind of the cut's target, one of <see cref="NodeKinds"/>.</summary>
    public required string NodeKind { get; init; }

    /// <summary>Gets the kind of link, for <see cref="CutKind.RemoveLink"/>.</summary>
    public LinkKind? Link { get; init; }

    /// <summary>Gets what still works, or what is refused, in a sentence.</summary>
    public required string Survivor { get; init; }

    /// <summary>Gets until when.</summary>
    public required SurvivalEnd Until { get; init; }

    /// <summary>Gets what ends it.</summary>
    public required string EndedBy { get; init; }

    /// <summary>Gets the kind of cut that ends it, where a connector has one; <see langword="null"/> if no cut of ours does.</summary>
    public CutKind? EndedWith { get; init; }

    /// <summary>Gets a value indicating whether the cut itself, as its connector makes it, sees to it.</summary>
    public bool IsEndedByItself { get; init; }

    /// <summary>Gets how it is tried.</summary>
    public required string ProbedBy { get; init; }

    /// <summary>Gets the versions that it was seen on.</summary>
    public required IReadOnlyList<string> SeenOn { get; init; }

    /// <summary>
    /// Gets the test that makes it happen on the real system, as <c>Class.Method</c>; <see langword="null"/> if there is none.
    /// </summary>
    public string? Test { get; init; }

    /// <summary>Gets why no test makes it happen; <see langword="null"/> if one does.</summary>
    public string? Untested { get; init; }

    /// <summary>Says whether the row is about such a cut.</summary>
    public bool IsAbout(Cut cut) =>
        Cut == cut.Kind && NodeKind == cut.Target.Kind && (Link is null || Link == cut.Link?.Kind);
}

/// <summary>Knows what outlives its cuts.</summary>
public interface IKnowSurvivors : IConnector
{
    /// <summary>Gets the rows of the atlas for this kind of system. Does not change during its life.</summary>
    IReadOnlyList<SurvivalRow> Survivors { get; }
}
