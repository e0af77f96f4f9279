namespace Lockstep.Graph;

/// <summary>How the links that are there differ from those that were intended, over a whole estate.</summary>
/// <param name="Missing">Intended and not there: for each, nobody says a link of the same ends, kind, action and validity.</param>
/// <param name="Extra">There and not intended.</param>
/// <remarks>
/// A link with another validity is both: the one that is there was not intended, and the one that was intended is not there. Links whose
/// validity has ended are in neither. Who says a link, and on what evidence, makes no difference. Links are written out when they are read.
/// </remarks>
public sealed record Drift(IReadOnlyList<Link> Missing, IReadOnlyList<Link> Extra);
