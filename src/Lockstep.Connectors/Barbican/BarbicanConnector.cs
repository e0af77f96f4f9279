using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Barbican;

/// <summary>One OpenStack Barbican: its secrets and who can read them; takes readers away, replaces values, deletes.</summary>
/// <remarks>What it needs and what it cannot do is in the README beside it.</remarks>
/// <threadsafety>All members may be called at the same time; two rotations of one secret may not.</threadsafety>
public sealed class BarbicanConnector : IObserveAccess, ICutAccess, IProbeAccess, IStoreSecrets, IKnowSurvivors, ITryCanary
{
    private readonly BarbicanSettings _settings;
    private readonly OpenStackHttp _barbican;
    private readonly OpenStackHttp _keystone;
    private readonly KeystoneTokens _tokens;
    private readonly BarbicanApi _api;
    private readonly BarbicanObserver _observer;
    private readonly BarbicanValues _values;
    private readonly BarbicanCuts _cuts;
    private readonly BarbicanCheckup _checkup;

    private BarbicanConnector(
        string systemName, BarbicanSettings settings, OpenStackHttp barbican, OpenStackHttp keystone, TimeProvider time)
    {
        (SystemName, _settings) = (systemName, settings);
        (_barbican, _keystone) = (barbican, keystone);
        _tokens = new(keystone, settings.Login, time);
        _api = new(barbican, keystone, _tokens, settings);
        var lineage = new BarbicanLineage(_api);
        _observer = new(systemName, _api, settings);
        _values = new(_api, lineage, new(_api, lineage, time));
        _cuts = new(_api, _values, settings);
        _checkup = new(_api, settings.PayloadRoles);
    }

    /// <inheritdoc/>
    public string SystemName { get; }

    /// <inheritdoc/>
    public string SystemKind => "barbican";

    /// <inheritdoc/>
    public IReadOnlyList<CutCapability> Cuts => _cuts.All;

    /// <inheritdoc/>
    public IReadOnlyList<SurvivalRow> Survivors => Atlas.Of(SystemKind);

    /// <summary>Makes a connector. Does not reach for the system yet.</summary>
    /// <param name="handler">What carries the calls, not disposed of here; <see langword="null"/> for handlers of our own.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time-out or a limit of the settings is out of its range.</exception>
    public static BarbicanConnector Create(string systemName, BarbicanSettings settings, HttpMessageHandler? handler, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(settings.RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Concurrency, 32);
        return new(
            systemName,
            settings,
            OpenStackHttp.Create(settings.Address, new(OpenStackCodes.Barbican), handler, settings.RequestTimeout, time),
            KeystoneConnector.Carrier(settings.KeystoneAddress, handler, settings.RequestTimeout, time),
            time);
    }

    /// <inheritdoc/>
    public Task<Checkup> CheckAsync(CancellationToken cancellationToken) => _checkup.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Observation> ObserveAsync(string? cursor, CancellationToken cancellationToken) =>
        _observer.ObserveAsync(cursor, cancellationToken);

    /// <inheritdoc/>
    public Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken) => _cuts.CutAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken) => _cuts.LookAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken) => _cuts.ProbeAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public Task<SecretReading> ReadValueAsync(NodeId secret, CancellationToken cancellationToken) =>
        _values.ReadAsync(secret, cancellationToken);

    /// <inheritdoc/>
    public Task<CutOutcome> StoreValueAsync(NodeId secret, SecretText value, StepKey key, CancellationToken cancellationToken) =>
        _values.StoreAsync(secret, value, key, cancellationToken);

    /// <inheritdoc/>
    public Task<CutOutcome> RetireOldValuesAsync(NodeId secret, StepKey key, CancellationToken cancellationToken) =>
        _values.RetireAsync(secret, cancellationToken);

    /// <inheritdoc/>
    public TimeSpan? LetsInFor => _settings.TokenCacheSeconds switch
    {
        < 0 => TimeSpan.Zero,
        0 => _settings.TokenLifetime,
        var seconds => TimeSpan.FromSeconds(seconds),
    };

    /// <inheritdoc/>
    public string LetsInBecause => _settings.TokenCacheSeconds < 0
        ? "Barbican asks Keystone about each token, as `tokenCacheSeconds` says"
        : "Barbican serves a token from its cache for as long as `tokenCacheSeconds` says";

    /// <inheritdoc/>
    public Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken) =>
        new BarbicanCanary(_barbican, _keystone).OpenAsync(account, value, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _tokens.Dispose();
        _barbican.Dispose();
        _keystone.Dispose();
        return ValueTask.CompletedTask;
    }
}
