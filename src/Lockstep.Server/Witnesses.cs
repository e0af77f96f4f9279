using Lockstep.Ledger;
using Lockstep.Server.Config;
using Lockstep.Server.Storage;
using Lockstep.Server.Workers;

namespace Lockstep.Server;

/// <summary>The configured witnesses, and where their refusals are logged once there is a log.</summary>
internal sealed class Witnesses
{
    private ILogger? _log;

    /// <summary>Gets the witnesses.</summary>
    public required IReadOnlyList<IWitness> All { get; init; }

    /// <summary>Makes the witnesses of a configuration.</summary>
    public static Witnesses Of(LockstepConfig config, TimeProvider time)
    {
        var http = new HttpClient();
        return new()
        {
            All =
            [
                .. from witness in config.Witnesses
                   let key = VerifierKey.TryParse(witness.VerifierKey, out var parsed) ? parsed : null
                   where key is not null
                   select new HttpWitness(new Uri(witness.Address.AbsoluteUri.TrimEnd('/') + "/"), key, http, time),
            ],
        };
    }

    /// <summary>Takes a refusal.</summary>
    public void OnRefusal(WitnessRefusal refusal) => _log?.WitnessRefused(refusal.Code, refusal.Detail);

    /// <summary>Says where refusals go from now on.</summary>
    public void LogTo(ILogger log) => _log = log;
}
