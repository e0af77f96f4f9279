namespace Lockstep.Lab.Processes;

/// <summary>How a server is started: nothing secret may stand in the arguments.</summary>
/// <param name="Program">Full path of the program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="LogFile">Where its output and errors are appended.</param>
internal sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>The user to drop to; null keeps ours. Ignored where we are not root.</summary>
    public string? User { get; init; }

    /// <summary>Added to an otherwise nearly empty environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the server gets when we die without stopping it: a signal name as <c>setpriv</c> knows it.</summary>
    public string DeathSignal { get; init; } = "KILL";

    /// <summary>What asks the server to stop; SIGKILL to its group follows where it does not.</summary>
    public int StopSignal { get; init; } = UnixSignal.Terminate;

    /// <summary>Whether the server outlives this process (a lab that another process stops).</summary>
    public bool Outlive { get; init; }
}
