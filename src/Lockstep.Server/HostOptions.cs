using Lockstep.Revocation;

namespace Lockstep.Server;

/// <summary>How a host runs, beside what it is configured to do.</summary>
public sealed record HostOptions
{
    /// <summary>Gets the clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the bounds of cases.</summary>
    public CaseOptions Cases { get; init; } = new();

    /// <summary>Gets a value indicating whether systems are looked at by themselves, from the start on.</summary>
    public bool Sweeps { get; init; } = true;

    /// <summary>Gets the file that log lines go to, or <see langword="null"/> for standard error.</summary>
    public string? LogFile { get; init; }

    /// <summary>Gets what is logged: this level and worse.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
