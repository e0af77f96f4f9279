namespace Lockstep.Client;

/// <summary>The estate in one picture: what is connected, how fresh it is, what could not be seen, and how much there is.</summary>
/// <param name="AsOf">The instant (UTC) for which it holds.</param>
/// <param name="LedgerSize">How many ledger entries it was folded from.</param>
/// <param name="Authority">The system that says who exists, or <see langword="null"/> if none is named yet.</param>
/// <param name="Systems">The connected systems by name.</param>
/// <param name="Counts">How much there is of each kind.</param>
public sealed record EstateView(
    DateTimeOffset AsOf, long LedgerSize, string? Authority, IReadOnlyList<SystemView> Systems, EstateCounts Counts);

/// <summary>One connected system as it stands.</summary>
/// <param name="Name">The configured name.</param>
/// <param name="Kind">The kind, such as <c>ldap</c>.</param>
/// <param name="ObservedAt">When the last complete listing ended (UTC); <see langword="null"/> if there was none: then nothing is known,
/// not zero.</param>
/// <param name="FactCount">How many facts it says.</param>
/// <param name="Error">Why the latest look did not complete, or <see langword="null"/>.</param>
/// <param name="Gaps">What the last listing could not cover.</param>
/// <param name="Can">What its connector can do: <c>observe</c>, <c>watch</c>, <c>cut</c>, <c>probe</c>, <c>store</c>,
/// <c>rotate</c>, <c>canary</c>.</param>
/// <param name="Denial">How long after a cut it may go on letting in.</param>
public sealed record SystemView(
    string Name,
    string Kind,
    DateTimeOffset? ObservedAt,
    int FactCount,
    FailureView? Error,
    IReadOnlyList<GapView> Gaps,
    IReadOnlyList<string> Can,
    DenialView Denial);

/// <summary>How long after the cause of a cut a system may go on letting in: promised, and measured with a canary.</summary>
/// <param name="ComputedSeconds">The promised bound; <see langword="null"/> if nothing is known that bounds it.</param>
/// <param name="Because">Where the promise comes from.</param>
/// <param name="Measured">What was measured; <see langword="null"/> if nothing was, which is not zero.</param>
public sealed record DenialView(double? ComputedSeconds, string Because, MeasuredView? Measured);

/// <summary>What the canary's last rounds showed, in seconds from the cause to the refusal.</summary>
/// <param name="P50">The median.</param>
/// <param name="P95">95 of 100 were at most this.</param>
/// <param name="Max">The most.</param>
/// <param name="Count">How many rounds.</param>
/// <param name="Last">The last one.</param>
/// <param name="LastAt">When its cause was (UTC).</param>
/// <param name="WasDenied">Whether the last one was refused at all while it was tried.</param>
public sealed record MeasuredView(double P50, double P95, double Max, int Count, double Last, DateTimeOffset LastAt, bool WasDenied);

/// <summary>A failed call to a connected system.</summary>
/// <param name="Code">The diagnostic code.</param>
/// <param name="Kind">What can be done about it, such as <c>unreachable</c> or <c>forbidden</c>.</param>
/// <param name="Detail">One sentence.</param>
public sealed record FailureView(string Code, string Kind, string Detail);

/// <summary>A part of a system that could not be looked at.</summary>
public sealed record GapView(string Scope, FailureView Why);

/// <summary>How much there is of each kind.</summary>
public sealed record EstateCounts(
    int Identities, int Accounts, int Groups, int Roles, int Secrets, int Credentials, int Sessions, int Resources, long Links);

/// <summary>Asks for a look at connected systems now.</summary>
/// <param name="Systems">Which, by name; all if <see langword="null"/> or empty.</param>
/// <param name="Full">Whether to list everything, or only what changed where a system can tell.</param>
public sealed record ObserveRequest(IReadOnlyList<string>? Systems = null, bool Full = false);

/// <summary>What came of looking.</summary>
public sealed record ObserveAnswer(IReadOnlyList<ObservedSystem> Systems);

/// <summary>What came of looking at one system.</summary>
/// <param name="IsComplete">Whether the listing was complete but for the gaps.</param>
/// <param name="Asserted">Facts that are new or other than before.</param>
/// <param name="Retracted">Facts that are gone.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ObservedSystem(
    string Name, bool IsComplete, int Asserted, int Retracted, double Seconds, FailureView? Error, IReadOnlyList<GapView> Gaps);

/// <summary>Whether the server is up, and what it stands on.</summary>
public sealed record HealthView(string Status, string Version, DateTimeOffset At, long LedgerSize, long EstateSize, string Ledger);
