using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Testing.Contracts;

/// <summary>One order to give under a fault: a cut, the rotation of a credential, or a new value for a secret.</summary>
/// <param name="Name">What is ordered, for failure messages.</param>
/// <param name="OrderAsync">Gives the order to a connector; the same key is the same order.</param>
/// <param name="LookAsync">Looks, through the connector, whether what was to go is gone.</param>
/// <param name="ProbeAsync">Tries, through the connector, whether it still works.</param>
/// <param name="HoldsAsync">Asks the system itself whether it works still, or was done twice.</param>
public sealed record FaultTrial(
    string Name,
    Func<IConnector, StepKey, CancellationToken, Task<CutOutcome>> OrderAsync,
    Func<IConnector, CancellationToken, Task<LookOutcome>> LookAsync,
    Func<IConnector, CancellationToken, Task<ProbeOutcome>> ProbeAsync,
    Func<Task<bool>> HoldsAsync)
{
    public static FaultTrial Of(CutTrial trial) => new(
        trial.Name,
        (connector, key, stop) => ((ICutAccess)connector).CutAsync(trial.Cut, key, stop),
        (connector, stop) => ((ICutAccess)connector).LookAsync(trial.Cut, stop),
        (connector, stop) => ((IProbeAccess)connector).ProbeAsync(trial.Cut, stop),
        trial.HoldsAsync);

    /// <summary>A credential gets a new value: the old one must be dead, and the new one open.</summary>
    public static FaultTrial Of(RotationTrial trial)
    {
        var fresh = SecretText.Generate();
        return new(
            "rotate a credential",
            async (connector, key, stop) => await ((IRotateCredentials)connector).SetValueAsync(trial.Id, fresh, key, stop),
            async (connector, stop) => await OldAsync(connector, stop) switch
            {
                ProbeOutcome.Refused refused => new LookOutcome.Gone(refused.Evidence),
                ProbeOutcome.Works works => new LookOutcome.StillThere(works.Evidence),
                ProbeOutcome.Unknown unknown => new LookOutcome.Unknown(unknown.Error),
                _ => throw new InvalidOperationException("a value can be tried"),
            },
            OldAsync,
            async () => await trial.OpensAsync(trial.Value) || !await trial.OpensAsync(fresh.RevealString()));

        async Task<ProbeOutcome> OldAsync(IConnector connector, CancellationToken stop)
        {
            using var old = SecretText.FromString(trial.Value);
            return await ((IRotateCredentials)connector).ProbeValueAsync(trial.Id, old, stop);
        }
    }

    /// <summary>A secret gets a new value and its old ones are retired; <paramref name="holdsAsync"/> also says if it was stored twice.</summary>
    public static FaultTrial OfStore(NodeId secret, Func<Task<bool>> holdsAsync)
    {
        var fresh = SecretText.Generate();
        return new(
            "store a new value, retire the old",
            async (connector, key, stop) => await ((IStoreSecrets)connector).StoreValueAsync(secret, fresh, key, stop) is CutOutcome.Failed failed
                ? failed : await ((IStoreSecrets)connector).RetireOldValuesAsync(secret, key, stop),
            async (connector, stop) => await ((IStoreSecrets)connector).ReadValueAsync(secret, stop) switch
            {
                SecretReading.Read read => Compare(read.Value, fresh),
                SecretReading.Failed failed => new LookOutcome.Unknown(failed.Error),
                _ => new LookOutcome.Unknown(new("LS7004", ConnectorErrorKind.Unsupported, "it cannot be read")),
            },
            (_, _) => Task.FromResult<ProbeOutcome>(new ProbeOutcome.NotProbeable("a value of a vault is read, not tried")),
            holdsAsync);
    }

    private static LookOutcome Compare(SecretText read, SecretText fresh)
    {
        using var _ = read;
        return read.RevealString() == fresh.RevealString() ? new LookOutcome.Gone("the new value is read")
            : new LookOutcome.StillThere("another value is read");
    }
}
