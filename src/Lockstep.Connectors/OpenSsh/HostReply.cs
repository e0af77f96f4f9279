namespace Lockstep.Connectors.OpenSsh;

/// <summary>What one command on the host answered.</summary>
/// <param name="Command">The command.</param>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it wrote.</param>
/// <param name="Errors">What it wrote to standard error.</param>
internal sealed record HostReply(HostCommand Command, int Code, string Output, string Errors)
{
    /// <summary>Gets the lines of the output without their ends; empty ones left out.</summary>
    public IEnumerable<string> Lines => Output.Split('\n').Select(l => l.TrimEnd('\r')).Where(l => l.Length > 0);

    /// <summary>Gets why it failed, or <see langword="null"/> if it did not.</summary>
    public ConnectorError? Error =>
        Code == 0 || Command.FineCodes.Contains(Code) && Errors.Trim().Length == 0
            ? null : HostErrors.OfCommand(Command.What, Code, Errors);

    /// <summary>Gets whether it failed since a file or folder is not there.</summary>
    public bool IsAbsent => Code != 0 && Errors.Contains("No such file or directory", StringComparison.Ordinal);

    /// <summary>Gives the answer, or breaks off.</summary>
    /// <exception cref="IncompleteObservationException">The command failed.</exception>
    public HostReply OrBreakOff() => Error is { } error ? throw new IncompleteObservationException(error) : this;
}
