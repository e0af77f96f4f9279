using Lockstep.Connectors;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>What a running case needs of its host.</summary>
public interface ICaseWorld
{
    /// <summary>Gets what is known now.</summary>
    IEstate Estate { get; }

    /// <summary>Gets the connected systems by configured name.</summary>
    IReadOnlyDictionary<string, IConnector> Connectors { get; }

    /// <summary>Lists the named systems anew, completely, and returns when <see cref="Estate"/> reflects what was seen.</summary>
    /// <remarks>A system that could not be listed says so in its <see cref="SystemCoverage"/>; nothing is thrown.</remarks>
    Task<IEstate> ObserveAsync(IReadOnlyCollection<string> systemNames, CancellationToken cancellationToken);
}

/// <summary>Bounds of a case. The defaults suit production.</summary>
public sealed record CaseOptions
{
    /// <summary>Gets the most rounds of planning, 1 to 20.</summary>
    public int RoundsMax { get; init; } = 5;

    /// <summary>Gets the most attempts of one step, 1 to 100.</summary>
    public int AttemptsMax { get; init; } = 8;

    /// <summary>Gets the first wait before a retry; it doubles up to <see cref="RetryDelayMax"/>.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Gets the longest wait before a retry that we choose ourselves.</summary>
    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the most steps under way in one system at once.</summary>
    public int ConcurrencyPerSystemMax { get; init; } = 4;

    /// <summary>Gets how long a connector call may take before it counts as unreachable.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets how much longer than a system's own cache time we wait, for its clock and ours.</summary>
    public TimeSpan CacheMargin { get; init; } = TimeSpan.FromSeconds(2);
}
