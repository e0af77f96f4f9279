namespace Lockstep.Graph;

/// <summary>When a link holds: <c>[From, Until)</c>, open ends allowed. The default value holds always.</summary>
/// <param name="From">The first instant (UTC) at which it holds, or <see langword="null"/> for as long as anyone knows.</param>
/// <param name="Until">The first instant (UTC) at which it no longer holds, or <see langword="null"/> if it never ends by itself.</param>
public readonly record struct Validity(DateTimeOffset? From, DateTimeOffset? Until)
{
    /// <summary>Holds always: standing access.</summary>
    public static Validity Always => default;

    /// <summary>Says whether it holds at <paramref name="instant"/>; the end is excluded.</summary>
    public bool HoldsAt(DateTimeOffset instant) => (From is not { } from || from <= instant) && (Until is not { } until || instant < until);
}

/// <summary>When a system looks again whether access still holds.</summary>
public enum EnforcementMode
{
    /// <summary>Checked at each use.</summary>
    Online,

    /// <summary>Checked at most every <see cref="Enforcement.CacheFor"/>.</summary>
    Cached,

    /// <summary>Checked once, when the connection is opened.</summary>
    Connection,

    /// <summary>Never checked: it ends when it expires (the link's <see cref="Validity.Until"/>).</summary>
    ExpiryOnly,
}

/// <summary>How a link is enforced, and so how long it may outlive its removal. The default value is <see cref="Online"/>.</summary>
/// <param name="Mode">When the system looks again.</param>
/// <param name="CacheFor">How long an answer may be reused; zero unless <paramref name="Mode"/> is <see
/// cref="EnforcementMode.Cached"/>.</param>
public readonly record struct Enforcement(EnforcementMode Mode, TimeSpan CacheFor)
{
    /// <summary>Checked at each use.</summary>
    public static Enforcement Online => default;

    /// <summary>Checked once, at connect.</summary>
    public static Enforcement Connection => new(EnforcementMode.Connection, TimeSpan.Zero);

    /// <summary>Ends only by expiry.</summary>
    public static Enforcement ExpiryOnly => new(EnforcementMode.ExpiryOnly, TimeSpan.Zero);

    /// <summary>Checked at most every <paramref name="cacheFor"/>.</summary>
    public static Enforcement Cached(TimeSpan cacheFor) => new(EnforcementMode.Cached, cacheFor);
}
