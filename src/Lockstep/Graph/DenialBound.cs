using System.Globalization;

namespace Lockstep.Graph;

/// <summary>
/// The longest time after a decision during which a chain can still be used, from how each of its links is enforced. Closed: these
/// four and no others. Never shorter than it is: what is not known to end is unbounded.
/// </summary>
/// <param name="Reason">Which link decides, in a sentence for people.</param>
public abstract record DenialBound(string Reason)
{
    /// <summary>Every link is looked at again within this time; zero means at the next use.</summary>
    /// <param name="Longest">The caches on the way, one after the other.</param>
    public sealed record Within(TimeSpan Longest, string Reason) : DenialBound(Reason);

    /// <summary>Something on the way is never looked at again and ends by itself.</summary>
    /// <param name="At">The first instant (UTC) at which it no longer works.</param>
    public sealed record Until(DateTimeOffset At, string Reason) : DenialBound(Reason);

    /// <summary>A connection on the way was checked when it was opened: it lasts until somebody ends it.</summary>
    /// <param name="Connection">The session, or what else the connection starts at.</param>
    public sealed record UntilEnded(NodeId Connection, string Reason) : DenialBound(Reason);

    /// <summary>Something on the way is never looked at again and has no end: only replacing what it rests on ends it.</summary>
    public sealed record Never(NodeId From, string Reason) : DenialBound(Reason);

    /// <summary>Computes the bound of a chain.</summary>
    public static DenialBound Of(Chain chain)
    {
        (Link? never, Link? open, Link? expires, var cached) = (null, null, null, TimeSpan.Zero);
        foreach (var link in chain.Links)
        {
            switch (link.Enforcement.Mode)
            {
                case EnforcementMode.ExpiryOnly when link.Validity.Until is null:
                    never ??= link;
                    break;
                case EnforcementMode.Connection when link.Validity.Until is null:
                    open ??= link;
                    break;
                case EnforcementMode.ExpiryOnly or EnforcementMode.Connection:
                    expires = expires is null || link.Validity.Until > expires.Validity.Until ? link : expires;
                    break;
                case EnforcementMode.Cached:
                    cached += link.Enforcement.CacheFor;
                    break;
            }
        }

        return never is not null ? new Never(never.From, $"{never.From} is not checked again and does not expire")
            : open is not null ? new UntilEnded(open.From, $"{open.From} was checked when it was opened and lasts until it is ended")
            : expires?.Validity.Until is { } until ? new Until(until + cached, $"{expires.From} is not checked again and expires by itself")
            : new Within(cached, Reasoned(cached));
    }

    /// <summary>
    /// Gives the instant by which a chain cut at <paramref name="decidedAt"/> no longer works, or <see langword="null"/> if nothing bounds
    /// it.
    /// </summary>
    public DateTimeOffset? EndFor(DateTimeOffset decidedAt) => this switch
    {
        Within within => decidedAt + within.Longest,
        Until until => until.At > decidedAt ? until.At : decidedAt,
        _ => null,
    };

    private static string Reasoned(TimeSpan cached) => cached == TimeSpan.Zero
        ? "every link is checked at each use"
        : string.Create(CultureInfo.InvariantCulture, $"answers are reused for up to {cached.TotalSeconds:0} s on the way");
}
