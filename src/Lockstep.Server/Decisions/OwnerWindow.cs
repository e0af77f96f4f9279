using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>Who owns a node at an instant, and for how long around it this is the answer.</summary>
internal sealed class OwnerWindow
{
    public OwnerWindow(IReadOnlyList<Link> owns, DateTimeOffset at)
    {
        Owner = owns.Where(l => l.Validity.HoldsAt(at)).OrderBy(l => l.From).FirstOrDefault()?.From;
        var edges = owns.SelectMany(l => new[] { l.Validity.From, l.Validity.Until }).OfType<DateTimeOffset>().ToList();
        Holds = new(
            edges.Where(e => e <= at).Select(e => (DateTimeOffset?)e).Max(), edges.Where(e => e > at).Select(e => (DateTimeOffset?)e).Min());
    }

    /// <summary>Gets the owner; <see langword="null"/> if there is none.</summary>
    public NodeId? Owner { get; }

    /// <summary>Gets for which instants.</summary>
    public Validity Holds { get; }
}
