using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>One OpenStack Keystone: who is in which group and project, with which role and credential; cuts each of them.</summary>
/// <remarks>What it needs and what it cannot do is in the README beside it.</remarks>
/// <threadsafety>All members may be called at the same time.</threadsafety>
public sealed class KeystoneConnector : IObserveAccess, ICutAccess, IProbeAccess, IKnowSurvivors, IKeepCanary, ITryCanary
{
    private readonly OpenStackHttp _http;
    private readonly KeystoneTokens _tokens;
    private readonly KeystoneApi _api;
    private readonly KeystoneObserver _observer;
    private readonly KeystoneCuts _cuts;
    private readonly KeystoneLooks _looks;
    private readonly KeystoneProbes _probes;
    private readonly KeystoneCanary _canary;

    private KeystoneConnector(string systemName, KeystoneSettings settings, OpenStackHttp http, TimeProvider time)
    {
        SystemName = systemName;
        _http = http;
        _tokens = new(http, settings.Login, time);
        _api = new(http, _tokens);
        var sessions = new KeystoneSessions(_api, time);
        _observer = new(systemName, _api, settings);
        _cuts = new(_api, sessions);
        _looks = new(_api, sessions);
        _probes = new(_api, sessions);
        _canary = new(_api, sessions);
    }

    /// <inheritdoc/>
    public string SystemName { get; }

    /// <inheritdoc/>
    public string SystemKind => "keystone";

    /// <inheritdoc/>
    public IReadOnlyList<CutCapability> Cuts => KeystoneCuts.All;

    /// <inheritdoc/>
    public IReadOnlyList<SurvivalRow> Survivors => Atlas.Of(SystemKind);

    /// <summary>Makes a connector. Does not reach for the system yet.</summary>
    /// <param name="handler">What carries the calls, not disposed of here; <see langword="null"/> for a handler of our own.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time-out or a limit of the settings is out of its range.</exception>
    public static KeystoneConnector Create(string systemName, KeystoneSettings settings, HttpMessageHandler? handler, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(settings.RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Concurrency, 32);
        return new(systemName, settings, Carrier(settings.Address, handler, settings.RequestTimeout, time), time);
    }

    /// <inheritdoc/>
    public Task<Checkup> CheckAsync(CancellationToken cancellationToken) => new KeystoneCheckup(_api).CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Observation> ObserveAsync(string? cursor, CancellationToken cancellationToken) =>
        _observer.ObserveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken) =>
        _cuts.CutAsync(cut, key, cancellationToken);

    /// <inheritdoc/>
    public Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken) => _looks.LookAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken) => _probes.ProbeAsync(cut, cancellationToken);

    /// <inheritdoc/>
    public TimeSpan? LetsInFor => TimeSpan.Zero;

    /// <inheritdoc/>
    public string LetsInBecause => "Keystone looks at each token that it is asked about";

    /// <inheritdoc/>
    public Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken) =>
        _canary.RestoreAsync(account, value, cancellationToken);

    /// <inheritdoc/>
    public Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken) =>
        _canary.OpenAsync(account, value, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _tokens.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes what carries calls to a Keystone, for this connector and for those of services that log in to it.</summary>
    internal static OpenStackHttp Carrier(Uri address, HttpMessageHandler? handler, TimeSpan timeout, TimeProvider time) =>
        OpenStackHttp.Create(address, new(OpenStackCodes.Keystone), handler, timeout, time);
}
