using System.Net;
using Lockstep.Connectors;
using Lockstep.Reconciliation;

namespace Lockstep.Server.Config;

/// <summary>Everything that a server is told: parsed, checked, and without secrets in it.</summary>
public sealed record LockstepConfig
{
    /// <summary>Gets the file that it was read from, or <see langword="null"/> if there is none.</summary>
    public string? File { get; init; }

    /// <summary>Gets the folder of the ledger, the keys and the tokens; made for its owner alone.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Gets where to listen; 127.0.0.1:7811 unless set. Port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 7811);

    /// <summary>Gets the connected systems.</summary>
    public IReadOnlyList<SystemConfig> Systems { get; init; } = [];

    /// <summary>Gets who exists and whose the accounts are.</summary>
    public CorrelationRules Rules { get; init; } = CorrelationRules.None;

    /// <summary>Gets the witnesses of the ledger.</summary>
    public IReadOnlyList<WitnessConfig> Witnesses { get; init; } = [];

    /// <summary>Gets how often systems are looked at; a minute unless set.</summary>
    public TimeSpan ObserveEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets how long one look at one system may take; two minutes unless set.</summary>
    public TimeSpan ObserveTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets how many systems are looked at together; 4 unless set.</summary>
    public int ObserveParallel { get; init; } = 4;

    /// <summary>Gets the https address by which others reach this server, or <see langword="null"/> if nobody needs to know it.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Gets by which policies access is decided.</summary>
    public PolicyConfig Policy { get; init; } = new();
}

/// <summary>By which policies access is decided.</summary>
public sealed record PolicyConfig
{
    /// <summary>Gets the policy files, and folders of <c>*.cedar</c> files; the shipped policy if there are none.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets the schema's file, or <see langword="null"/> if requests and policies are not held to one.</summary>
    public string? Schema { get; init; }

    /// <summary>Gets the file of entities that no connected system knows, or <see langword="null"/>.</summary>
    public string? Entities { get; init; }

    /// <summary>Gets the files of the policies on who may do what in Lockstep itself; the shipped ones if there are none.</summary>
    public IReadOnlyList<string> Access { get; init; } = [];

    /// <summary>Gets the guardrail files, and folders of <c>*.cedar</c> files.</summary>
    public IReadOnlyList<string> Guardrails { get; init; } = [];

    /// <summary>Gets after how long without a complete look a system counts as unknown; 15 minutes unless set.</summary>
    public TimeSpan AgeMax { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets of how many permits one is written to the ledger, from 1; 100 unless set.</summary>
    public int LogPermitsOneIn { get; init; } = 100;

    /// <summary>Gets of how many denies one is written to the ledger, from 1; 10 unless set. Those of high risk always are.</summary>
    public int LogDeniesOneIn { get; init; } = 10;
}

/// <summary>One connected system.</summary>
/// <param name="Name">The configured name.</param>
/// <param name="Kind">The kind, such as <c>ldap</c>.</param>
/// <param name="Fingerprint">For a vault: whether values are read to find out what they open, and compared by keyed fingerprints.</param>
/// <param name="Connect">Makes its connector; reaches nothing yet.</param>
public sealed record SystemConfig(string Name, string Kind, bool Fingerprint, Func<TimeProvider, IConnector> Connect)
{
    /// <summary>Gets the canary's log-in name here, or <c>system:name</c>; <see langword="null"/> for no canary.</summary>
    public string? Canary { get; init; }

    /// <summary>Gets how often the canary is cut.</summary>
    public TimeSpan CanaryEvery { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>One witness of the ledger.</summary>
/// <param name="Address">Where it takes checkpoints.</param>
/// <param name="VerifierKey">The key that its cosignatures verify with.</param>
public sealed record WitnessConfig(Uri Address, string VerifierKey);

/// <summary>What came of reading a configuration. Closed: these two and no others.</summary>
public abstract record ConfigReading
{
    private ConfigReading()
    {
    }

    /// <summary>It can be used.</summary>
    public sealed record Good(LockstepConfig Config) : ConfigReading;

    /// <summary>It cannot; this is everything that is wrong with it.</summary>
    public sealed record Bad(IReadOnlyList<ConfigProblem> Problems) : ConfigReading;
}
