namespace Lockstep.Server;

/// <summary>What came of starting a host. Closed: these two and no others.</summary>
public abstract record HostStart
{
    private HostStart()
    {
    }

    /// <summary>It is up; dispose of it to stop it.</summary>
    public sealed record Started(LockstepHost Host) : HostStart;

    /// <summary>It is not.</summary>
    /// <param name="Code">A diagnostic code.</param>
    /// <param name="Detail">What is in the way, and what to do.</param>
    public sealed record Refused(string Code, string Detail) : HostStart;
}
