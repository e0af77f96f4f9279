using System.Collections.Concurrent;
using Lockstep.Ledger;
using Lockstep.Reconciliation;
using Lockstep.Server.Config;
using Lockstep.Server.Storage;
using Lockstep.Server.Workers;

namespace Lockstep.Server;

/// <summary>The configured witnesses, and where their refusals are logged once there is a log.</summary>
internal sealed class Witnesses
{
    private readonly ConcurrentDictionary<string, WitnessRefusal> _refusals = new(StringComparer.Ordinal);
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
    public void OnRefusal(WitnessRefusal refusal)
    {
        _refusals[refusal.Witness] = refusal;
        _log?.WitnessRefused(refusal.Code, refusal.Detail);
    }

    /// <summary>Says how each witness stands to a checkpoint that it was offered just now; nothing of one that was not asked.</summary>
    public IEnumerable<WitnessStanding> StandingsTo(SignedCheckpoint offered)
    {
        var signatures = SignedNote.TryParse(offered.Note, out var note) ? note.Signatures : [];
        foreach (var witness in All)
        {
            if (signatures.Any(s => witness.HasSigned(offered.Checkpoint, s)))
            {
                _refusals.TryRemove(witness.Name, out _);
                yield return new() { Witness = witness.Name, OfferedSize = offered.Checkpoint.Size };
            }
            else if (_refusals.TryGetValue(witness.Name, out var refusal))
            {
                yield return WitnessStanding.Of(refusal);
            }
        }
    }

    /// <summary>Says where refusals go from now on.</summary>
    public void LogTo(ILogger log) => _log = log;
}
