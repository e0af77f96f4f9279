using System.Collections.Concurrent;
using Lockstep.Graph;
using Lockstep.Secrets;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>A PostgreSQL cluster: roles, memberships, privileges of every database, passwords' presence and live sessions.</summary>
/// <remarks>README.md beside this file says which rights it needs and what it cannot cut.</remarks>
/// <threadsafety>Calls may overlap: each has a connection of its own.</threadsafety>
public sealed class PostgreSqlConnector : IObserveAccess, ICutAccess, IProbeAccess, IRotateCredentials, IKnowSurvivors, IKeepCanary, ITryCanary
{
    private readonly PostgreSqlSettings _settings;
    private readonly PgDoor _door;
    private readonly TimeProvider _time;

    // What roles were called that earlier looks saw: a session outlives its role, and the server forgets the name.
    private readonly ConcurrentDictionary<long, string> _names = new();

    private PostgreSqlConnector(string systemName, PostgreSqlSettings settings, TimeProvider time) =>
        (SystemName, _settings, _door, _time) = (systemName, settings, new(settings), time);

    /// <inheritdoc/>
    public string SystemName { get; }

    /// <inheritdoc/>
    public string SystemKind => "postgresql";

    /// <inheritdoc/>
    public IReadOnlyList<CutCapability> Cuts => PgCuts.Capabilities;

    /// <inheritdoc/>
    public IReadOnlyList<SurvivalRow> Survivors => Atlas.Of(SystemKind);

    /// <summary>Makes a connector; nothing is connected before the first call.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    public static PostgreSqlConnector Create(string systemName, PostgreSqlSettings settings, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(settings.Host);
        ArgumentException.ThrowIfNullOrWhiteSpace(settings.Role);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Timeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Timeout, TimeSpan.FromMinutes(5));
        return new(systemName, settings, time);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<Observation> ObserveAsync(string? cursor, CancellationToken cancellationToken) =>
        BrokenListing.AsIncomplete(
            new PgObserver(SystemName, _door, _time, _names).ObserveAsync(cancellationToken), PgErrors.IsExpected, PgErrors.Of, cancellationToken);

    /// <inheritdoc/>
    public async Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken)
    {
        var cuts = new PgCuts(SystemName, _settings, _door);
        try
        {
            try
            {
                return await cuts.CutAsync(cut, cancellationToken);
            }
            catch (PostgresException gone) when (PgErrors.IsChangedMeanwhile(gone))
            {
                // Somebody dropped or renamed it after we had read it, as a vault that ends a lease does: what is there now is read anew.
                return await cuts.CutAsync(cut, cancellationToken);
            }
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            return new CutOutcome.Failed(PgErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken)
    {
        try
        {
            return await new PgLooks(_door).LookAsync(cut, cancellationToken);
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            return new LookOutcome.Unknown(PgErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken)
    {
        if (cut.Kind != CutKind.DisableAccount)
        {
            return new ProbeOutcome.NotProbeable(
                "it cannot be tried without the holder's own password or session; the complete listing is the proof");
        }

        try
        {
            return await new PgProbes(_settings, _door).ProbeAccountAsync(cut.Target, cancellationToken);
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            return new ProbeOutcome.Unknown(PgErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IncompleteObservationException">The stored verifiers cannot be read: then nothing is known, not "none".</exception>
    public async Task<IReadOnlyList<NodeId>> MatchAsync(SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await new PgPasswords(SystemName, _settings, _door).MatchAsync(value, cancellationToken);
        }
        catch (Exception failure) when (failure is not IncompleteObservationException && PgErrors.IsExpected(failure))
        {
            throw new IncompleteObservationException(PgErrors.Of(failure), failure);
        }
    }

    /// <inheritdoc/>
    public async Task<CutOutcome> SetValueAsync(NodeId credential, SecretText value, StepKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await new PgPasswords(SystemName, _settings, _door).SetAsync(credential, value, cancellationToken);
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            return new CutOutcome.Failed(PgErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<ProbeOutcome> ProbeValueAsync(NodeId credential, SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await new PgProbes(_settings, _door).ProbeValueAsync(credential, value, cancellationToken);
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            return new ProbeOutcome.Unknown(PgErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public TimeSpan? LetsInFor => TimeSpan.Zero;

    /// <inheritdoc/>
    public string LetsInBecause => "PostgreSQL looks at each login";

    /// <inheritdoc/>
    public async Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await new PgCanary(_settings, _door).RestoreAsync(account, value, cancellationToken);
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            return new CutOutcome.Failed(PgErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            return await new PgCanary(_settings, _door).OpenAsync(account, value, cancellationToken);
        }
        catch (Exception failure) when (PgErrors.IsExpected(failure))
        {
            return new CanaryOpening.Failed(PgErrors.Of(failure));
        }
    }

    /// <inheritdoc/>
    public Task<Checkup> CheckAsync(CancellationToken cancellationToken) => new PgCheckup(_door).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
