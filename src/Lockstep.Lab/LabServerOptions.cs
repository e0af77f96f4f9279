namespace Lockstep.Lab;

/// <summary>What holds for every server of a lab.</summary>
public sealed record LabServerOptions
{
    /// <summary>Text that every generated password and secret contains, so that a leak can be searched for.</summary>
    public string Canary { get; init; } = "";

    /// <summary>Settings of PostgreSQL beside the lab's own, each as <c>name=value</c>; for measuring it at its best.</summary>
    public IReadOnlyList<string> PostgresSettings { get; init; } = [];

    /// <summary>Whether the servers go on when this process ends (another process stops them by the state file).</summary>
    public bool Outlive { get; init; }
}
