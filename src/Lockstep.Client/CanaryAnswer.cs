namespace Lockstep.Client;

/// <summary>Which canary to cut now.</summary>
/// <param name="System">The system to measure; <see langword="null"/> for all that have a canary.</param>
public sealed record CanaryRequest(string? System = null);

/// <summary>What came of it.</summary>
/// <param name="Systems">System by system.</param>
public sealed record CanaryAnswer(IReadOnlyList<CanaryView> Systems);

/// <summary>What was measured at one system.</summary>
/// <param name="System">The configured name.</param>
/// <param name="Case">The case that cut the canary.</param>
/// <param name="ComputedSeconds">The promised bound; <see langword="null"/> if nothing bounds it.</param>
/// <param name="MeasuredSeconds">Seconds from the cause to the refusal, or for as long as it was tried in vain; <see langword="null"/> if
/// nothing was measured.</param>
/// <param name="WasDenied">Whether it was refused at all.</param>
/// <param name="Rows">What became of each row of the atlas that was tried.</param>
/// <param name="Error">Why nothing was measured.</param>
public sealed record CanaryView(
    string System, Guid? Case, double? ComputedSeconds, double? MeasuredSeconds, bool WasDenied, IReadOnlyList<CanaryRowView> Rows,
    FailureView? Error);

/// <summary>One row of the atlas, tried on this system.</summary>
/// <param name="Row">Its name.</param>
/// <param name="Holds">Whether it holds here; <see langword="null"/> if that could not be seen.</param>
/// <param name="Seen">What was seen.</param>
public sealed record CanaryRowView(string Row, bool? Holds, string Seen);
