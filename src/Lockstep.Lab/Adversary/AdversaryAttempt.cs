namespace Lockstep.Lab.Adversary;

/// <summary>What a system did when the adversary tried.</summary>
public enum AdversaryVerdict
{
    /// <summary>It let the adversary in.</summary>
    Works,

    /// <summary>It refused, in its own words.</summary>
    Refused,

    /// <summary>Neither can be said: it was away, failed, or answered something else. Never to be read as refused.</summary>
    Unclear,
}

/// <summary>One try of one thing that the adversary holds.</summary>
/// <param name="Identity">Whose it is (log-in name).</param>
/// <param name="Name">What was tried; stable, so that two runs can be compared.</param>
/// <param name="System">The system that answered.</param>
/// <param name="Chain">Along which chain it leads, in words.</param>
/// <param name="Verdict">What the system did.</param>
/// <param name="Evidence">What it answered, without any secret.</param>
/// <param name="At">When it answered.</param>
public sealed record AdversaryAttempt(
    string Identity, string Name, string System, string Chain, AdversaryVerdict Verdict, string Evidence, DateTimeOffset At);

/// <summary>A verdict with what the system said.</summary>
internal sealed record Answer(AdversaryVerdict Verdict, string Evidence);

/// <summary>One thing to try.</summary>
/// <param name="Name">Stable name.</param>
/// <param name="System">The system that answers.</param>
/// <param name="Chain">Along which chain it leads.</param>
/// <param name="TryAsync">Tries it.</param>
internal sealed record Door(string Name, string System, string Chain, Func<Task<Answer>> TryAsync);
