using System.Runtime.CompilerServices;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>A host with OpenSSH and sudo: accounts, keys, authorities, certificates, sessions and sudo rules.</summary>
/// <remarks>README.md beside this file says which rights it needs and what it cannot cut. There is no agent on the host.</remarks>
/// <threadsafety>Calls may overlap: each has a conversation of its own; changes are made one after another.</threadsafety>
public sealed class OpenSshConnector : IObserveAccess, ICutAccess, IProbeAccess, IKnowSurvivors, IKeepCanary, ITryCanary
{
    private readonly OpenSshSettings _settings;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changing = new(1, 1);

    private OpenSshConnector(string systemName, OpenSshSettings settings, TimeProvider time) =>
        (SystemName, _settings, _time) = (systemName, settings, time);

    /// <inheritdoc/>
    public string SystemName { get; }

    /// <inheritdoc/>
    public string SystemKind => "openssh";

    /// <inheritdoc/>
    public IReadOnlyList<CutCapability> Cuts => HostCuts.All;

    /// <inheritdoc/>
    public TimeSpan? LetsInFor => TimeSpan.Zero;

    /// <inheritdoc/>
    /// <remarks>`usermod` waits up to 15 s for the one lock of the list of accounts.</remarks>
    public TimeSpan AppliesWithin => TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public string LetsInBecause => "sshd looks at keys, revocation lists and expiry at each login";

    /// <inheritdoc/>
    public IReadOnlyList<SurvivalRow> Survivors => Atlas.Of(SystemKind);

    /// <summary>Makes a connector; nothing is connected before the first call.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range or missing; the message names it.</exception>
    public static OpenSshConnector Create(string systemName, OpenSshSettings settings, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Timeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.Timeout, TimeSpan.FromMinutes(5));
        if (settings.Host is { } host)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(settings.IdentityFile);
            ArgumentException.ThrowIfNullOrWhiteSpace(settings.KnownHosts);
            foreach (var word in new[] { host, settings.User, settings.HostKeyAlias ?? "none" })
            {
                if (!OpenSshSettings.IsWord(word))
                {
                    throw new ArgumentException($"`{word}` is no host, account or alias", nameof(settings));
                }
            }
        }

        return new(systemName, settings, time);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Observation> ObserveAsync(
        string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var shell = await HostShell.OpenAsync(_settings, cancellationToken);
        await foreach (var element in new HostObserver(SystemName, _settings, Reader(shell), _time).ObserveAsync(cancellationToken))
        {
            yield return element;
        }
    }

    /// <inheritdoc/>
    public async Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await using var shell = await HostShell.OpenAsync(_settings, cancellationToken);
            return await new HostCuts(SystemName, _settings, Reader(shell), _time).CutAsync(cut, cancellationToken);
        }
        catch (IncompleteObservationException failure)
        {
            return new CutOutcome.Failed(failure.Error);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken)
    {
        try
        {
            await using var shell = await HostShell.OpenAsync(_settings, cancellationToken);
            return await new HostLooks(SystemName, _settings, Reader(shell), _time).LookAsync(cut, cancellationToken);
        }
        catch (IncompleteObservationException failure)
        {
            return new LookOutcome.Unknown(failure.Error);
        }
    }

    /// <inheritdoc/>
    public Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken) => Task.FromResult<ProbeOutcome>(
        new ProbeOutcome.NotProbeable("only the holder's own private key could be tried; what sshd itself reads at the next log-in was read again"));

    /// <inheritdoc/>
    /// <remarks>The value is not used: a host's canary has a key (<see cref="OpenSshSettings.CanaryKey"/>).</remarks>
    public async Task<CutOutcome> RestoreAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await using var shell = await HostShell.OpenAsync(_settings, cancellationToken);
            return await new HostCanary(SystemName, _settings).RestoreAsync(Reader(shell), account, cancellationToken);
        }
        catch (IncompleteObservationException failure)
        {
            return new CutOutcome.Failed(failure.Error);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<CanaryOpening> OpenAsync(NodeId account, SecretText value, CancellationToken cancellationToken)
    {
        try
        {
            await using var shell = await HostShell.OpenAsync(_settings, cancellationToken);
            return await new HostCanary(SystemName, _settings).OpenAsync(Reader(shell), account, cancellationToken);
        }
        catch (IncompleteObservationException failure)
        {
            return new CanaryOpening.Failed(failure.Error);
        }
    }

    /// <inheritdoc/>
    public async Task<Checkup> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var shell = await HostShell.OpenAsync(_settings, cancellationToken);
            return await new HostCheckup(_settings, Reader(shell)).RunAsync(cancellationToken);
        }
        catch (IncompleteObservationException failure)
        {
            return new(IsReachable: false, Version: null, [new(IsProblem: true, $"{failure.Error.Code}: {failure.Error.Detail}")]);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _changing.Dispose();
        return ValueTask.CompletedTask;
    }

    private HostReader Reader(HostShell shell) => new(shell, _settings, new(_settings.Sudo));
}
