using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.OpenBao;

/// <summary>One OpenBao (or Vault) namespace: entities, groups, policies, tokens, leases, KV secrets and who reads them.</summary>
/// <remarks>What it needs and what it cannot do is in the README beside it.</remarks>
/// <threadsafety>All members may be called at the same time.</threadsafety>
public sealed class OpenBaoConnector : IObserveAccess, ICutAccess, IProbeAccess, IRenewSecrets, IKnowSurvivors, IKeepCanary,
    ITryCanary
{
    private readonly OpenStackHttp _http;
    private readonly BaoAuditLog _log;
    private readonly BaoObserver _observer;
    private readonly BaoCuts _cuts;
    private readonly BaoLooks _looks;
    private readonly BaoValues _values;
    private readonly BaoCheckup _checkup;
    private readonly BaoCanary _canary;

    private OpenBaoConnector(string systemName, OpenBaoSettings settings, OpenStackHttp http, TimeProvider time)
    {
        SystemName = systemName;
        _http = http;
        var api = new BaoApi(http, settings);
        _log = new(settings, time);
        _observer = new(systemName, api, settings, _log, time);
        _cuts = new(api);
        _looks = new(api, _cuts);
        _values = new(api);
        _checkup = new(api, settings);
        _canary = new(api, http);
    }

    /// <inheritdoc/>
    public string SystemName { get; }

    /// <inheritdoc/>
    public string SystemKind => "openbao";

    /// <inheritdoc/>
    public IReadOnlyList<CutCapability> Cuts => BaoCuts.All;

    /// <inheritdoc/>
    public IReadOnlyList<SurvivalRow> Survivors => Atlas.Of("openbao");

    /// <summary>Makes a connector. Does not reach for the system yet.</summary>
    /// <param name="handler">What carries the calls, not disposed of here; <see langword="null"/> for handlers of our own.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time-out or a limit of the settings is out of its range.</exception>
    public static OpenBaoConnector Create(string systemName, OpenBaoSettings settings, HttpMessageHandler? handler, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(settings.RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Concurrency, 32);
        var http = OpenStackHttp.Create(settings.Address, new(OpenStackCodes.OpenBao), handler, settings.RequestTimeout, time);
        return new(systemName, settings, http, time);
    }

    /// <inheritdoc/>
    public Task<Checkup> CheckAsync(CancellationToken cancellationToken) => _checkup.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Observation> ObserveAsync(string? cursor, CancellationToken cancellationToken) =>
        _observer.ObserveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken) => _cuts.CutAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken) => _looks.LookAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken) => _looks.ProbeAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public Task<SecretReading> ReadValueAsync(NodeId secret, CancellationToken cancellationToken) =>
        _values.ReadAsync(secret, cancellationToken);

    /// <inheritdoc/>
    public Task<CutOutcome> StoreValueAsync(NodeId secret, SecretText value, StepKey key, CancellationToken cancellationToken) =>
        _values.StoreAsync(secret, value, cancellationToken);

    /// <inheritdoc/>
    public bool Renews(NodeId secret) => BaoIds.StaticOf(secret) is not null;

    /// <inheritdoc/>
    public Task<CutOutcome> RenewValueAsync(NodeId secret, StepKey key, CancellationToken cancellationToken) =>
        _values.RenewAsync(secret, cancellationToken);

    /// <inheritdoc/>
    public Task<CutOutcome> RetireOldValuesAsync(NodeId secret, StepKey key, CancellationToken cancellationToken) =>
        _values.RetireAsync(secret, cancellationToken);

    /// <inheritdoc/>
    public TimeSpan? LetsInFor => TimeSpan.Zero;

    /// <inheritdoc/>
    public string LetsInBecause => "OpenBao looks at the entity at each request";

    /// <inheritdoc/>
    public Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken) =>
        _canary.RestoreAsync(account, value, cancellationToken);

    /// <inheritdoc/>
    public Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken) =>
        _canary.OpenAsync(account, value, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _log.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}
