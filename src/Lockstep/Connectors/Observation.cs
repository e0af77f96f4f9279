using Lockstep.Graph;

namespace Lockstep.Connectors;

/// <summary>One element of a connector's stream. Closed: these four and no others.</summary>
public abstract record Observation
{
    private Observation()
    {
    }

    /// <summary>The system says this now.</summary>
    public sealed record Seen(Fact Fact) : Observation;

    /// <summary>The system says that this is gone (incremental observation and watching only).</summary>
    public sealed record Gone(FactKey Key) : Observation;

    /// <summary>Something could not be looked at with our rights, or not in time: facts of this scope stay as they were.</summary>
    /// <param name="Scope">The <see cref="Fact.Scope"/> that is not covered; a scope ending in <c>*</c> stands for all that begin
    /// so.</param>
    /// <param name="Error">Why.</param>
    public sealed record NotCovered(string Scope, ConnectorError Error) : Observation;

    /// <summary>The listing is complete but for what was <see cref="NotCovered"/>: the last element, exactly once.</summary>
    /// <param name="IsFull">True if everything was listed: facts not seen, of covered scopes, are gone. False if only changes were
    /// sent.</param>
    /// <param name="Cursor">Where the next incremental observation starts, or <see langword="null"/> if the system offers none. No
    /// secrets.</param>
    public sealed record Complete(bool IsFull, string? Cursor) : Observation;
}
