using System.Collections.Frozen;
using Lockstep.Connectors;
using Lockstep.Revocation;
using Lockstep.Server.Config;

namespace Lockstep.Server.Workers;

/// <summary>The connected systems of this server, each with its connector.</summary>
internal sealed class ConnectedSystems(IReadOnlyList<SystemConfig> systems, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Gets the settings by name.</summary>
    public FrozenDictionary<string, SystemConfig> Configs { get; } = systems.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>Gets the connectors by configured name.</summary>
    public FrozenDictionary<string, IConnector> Connectors { get; } =
        systems.ToFrozenDictionary(s => s.Name, s => s.Connect(time), StringComparer.Ordinal);

    /// <summary>Says what a connector can do, in words.</summary>
    public static IReadOnlyList<string> Abilities(IConnector connector) =>
    [
        .. connector is IObserveAccess ? ["observe"] : Array.Empty<string>(),
        .. connector is IWatchAccess ? ["watch"] : Array.Empty<string>(),
        .. connector is ICutAccess ? ["cut"] : Array.Empty<string>(),
        .. connector is IProbeAccess ? ["probe"] : Array.Empty<string>(),
        .. connector is IStoreSecrets ? ["store"] : Array.Empty<string>(),
        .. connector is IRotateCredentials ? ["rotate"] : Array.Empty<string>(),
        .. connector is ITryCanary ? ["canary"] : Array.Empty<string>(),
    ];

    /// <summary>Gives where there are canaries, as configured, on systems whose connectors can use one.</summary>
    public IReadOnlyList<CanaryPlace> CanaryPlaces() =>
    [
        .. from config in Configs.Values
           where config.Canary is not null && Connectors[config.Name] is ITryCanary
           orderby config.Name
           let parts = config.Canary!.Split(':', 2)
           select parts.Length == 2
               ? new CanaryPlace(config.Name, parts[0], parts[1])
               : new CanaryPlace(config.Name, config.Name, parts[0]),
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var connector in Connectors.Values)
        {
            await connector.DisposeAsync();
        }
    }
}
