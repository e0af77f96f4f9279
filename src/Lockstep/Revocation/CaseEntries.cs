using System.Text.Json.Serialization;
using Lockstep.Connectors;
using Lockstep.Graph;

namespace Lockstep.Revocation;

/// <summary>The kinds of ledger entry that a case writes. A case is rebuilt from these alone.</summary>
public static class CaseEntries
{
    /// <summary>A case began: <see cref="CaseOpened"/>.</summary>
    public const string Opened = "case.opened";

    /// <summary>A round was planned: <see cref="CasePlanned"/>; its steps are pending.</summary>
    public const string Planned = "case.planned";

    /// <summary>All touched systems were listed again: <see cref="CaseObserved"/>.</summary>
    public const string Observed = "case.observed";

    /// <summary>The case ended: <see cref="CaseClosed"/>.</summary>
    public const string Closed = "case.closed";

    /// <summary>An order is about to be sent: <see cref="StepEvent"/>, as are all the following.</summary>
    public const string Sent = "step.sent";

    /// <summary>The system said yes. Not proof.</summary>
    public const string Acknowledged = "step.acknowledged";

    /// <summary>A complete listing no longer shows it.</summary>
    public const string Gone = "step.observed";

    /// <summary>The system itself refuses, or the listing is the proof and the entry says so: the step is verified.</summary>
    public const string Proven = "step.proven";

    /// <summary>An attempt failed and another is due.</summary>
    public const string Retry = "step.retry";

    /// <summary>It lives on, until some instant or without end.</summary>
    public const string Residual = "step.residual";

    /// <summary>It was not achieved.</summary>
    public const string Failed = "step.failed";

    /// <summary>A rotation is about to store a new value, known by its digest.</summary>
    public const string Storing = "rotation.storing";

    /// <summary>A rotation stored the new value everywhere where it is kept.</summary>
    public const string Stored = "rotation.stored";
}

/// <summary>A case began.</summary>
public sealed record CaseOpened(Guid Case, string Subject, string SubjectName, CaseCause Cause, string Reason, Cut? Single);

/// <summary>A round was planned; long plans come in several entries of one round.</summary>
public sealed record CasePlanned(
    Guid Case,
    int Round,
    IReadOnlyList<PlannedStep> Steps,
    IReadOnlyList<UncutAccess> Uncut,
    IReadOnlyList<string> Chains,
    int LeastCutSize,
    IReadOnlyList<string> IncompleteSystems);

/// <summary>Something happened to a step.</summary>
public sealed record StepEvent(Guid Case, int Step, int Attempt)
{
    /// <summary>Gets what the system answered.</summary>
    public string? Evidence { get; init; }

    /// <summary>Gets what went wrong.</summary>
    public ConnectorError? Error { get; init; }

    /// <summary>Gets when it ends by itself, or when the next attempt is due (UTC).</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets how it was shown, for <see cref="CaseEntries.Proven"/>.</summary>
    public ProofKind? Proof { get; init; }

    /// <summary>
    /// Gets by what the new value is recognised after a crash, for <see cref="CaseEntries.Storing"/>: see <see cref="ValueDigest"/>.
    /// </summary>
    public string? Digest { get; init; }
}

/// <summary>All touched systems were listed again.</summary>
/// <param name="Case">Which case.</param>
/// <param name="Round">After which round.</param>
/// <param name="Systems">How completely each was listed.</param>
/// <param name="ChainsLeft">How many things the subject can still do.</param>
/// <param name="ChainsEndAt">When the last of them ends by itself (UTC); <see langword="null"/> if none is left or one never does.</param>
public sealed record CaseObserved(
    Guid Case, int Round, IReadOnlyList<SystemSeen> Systems, int ChainsLeft, DateTimeOffset? ChainsEndAt);

/// <summary>How completely one system was listed.</summary>
/// <param name="SystemName">Which.</param>
/// <param name="ObservedAt">When its last complete listing ended (UTC).</param>
/// <param name="IsComplete">Whether it was listed since it was asked, but for what our rights never show.</param>
/// <param name="Why">Why not, or what our rights never show.</param>
public sealed record SystemSeen(string SystemName, DateTimeOffset? ObservedAt, bool IsComplete, string? Why);

/// <summary>The case ended (a residual case may end again, when its clock has run out).</summary>
/// <param name="Case">Which.</param>
/// <param name="Outcome">How.</param>
/// <param name="Until">When what is left ends (UTC).</param>
/// <param name="Summary">One sentence.</param>
/// <param name="EntriesBefore">How many entries the case wrote before this one, so that none can be left out of a certificate.</param>
public sealed record CaseClosed(Guid Case, CaseOutcome Outcome, DateTimeOffset? Until, string Summary, int EntriesBefore);

/// <summary>Why a case was opened.</summary>
public enum CaseCause
{
    /// <summary>The identity leaves.</summary>
    Offboarding,

    /// <summary>A credential became known to others.</summary>
    Leak,

    /// <summary>Time ran out.</summary>
    Expiry,

    /// <summary>A reviewer decided.</summary>
    Review,

    /// <summary>Access was there that nobody intended.</summary>
    Drift,

    /// <summary>Another system signalled.</summary>
    Signal,

    /// <summary>A person asked for one cut by name.</summary>
    Request,

    /// <summary>Our own canary is cut to measure what a cut is worth.</summary>
    Canary,
}

/// <summary>How a case ended.</summary>
public enum CaseOutcome
{
    /// <summary>Every step is verified and no chain is left in complete listings.</summary>
    Verified,

    /// <summary>Access is left, with its end and reason.</summary>
    Residual,

    /// <summary>Something was not achieved.</summary>
    Failed,
}

/// <summary>The JSON of case entries.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    Converters = [typeof(NodeIdJson)])]
[JsonSerializable(typeof(CaseOpened))]
[JsonSerializable(typeof(CasePlanned))]
[JsonSerializable(typeof(PlannedStep))]
[JsonSerializable(typeof(UncutAccess))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(StepEvent))]
[JsonSerializable(typeof(CaseObserved))]
[JsonSerializable(typeof(CaseClosed))]
[JsonSerializable(typeof(CertificateBody))]
[JsonSerializable(typeof(CertificateFile))]
internal sealed partial class CaseJson : JsonSerializerContext;
