using Lockstep.Lab.Seed;

namespace Lockstep.Lab.Adversary;

/// <summary>
/// Someone who leaves and keeps everything: passwords, an application credential, tokens, a trust, an open session, and what the vault
/// once said. Nothing of it is ever given to Lockstep. Each try is made with the system's own client, so it is the system that says
/// whether access is gone.
/// </summary>
public sealed class LabAdversary : IAsyncDisposable
{
    private readonly LabEstate _estate;
    private readonly AdversaryHands _hands;

    private LabAdversary(LabEstate estate, AdversaryHands hands) => (_estate, _hands) = (estate, hands);

    /// <summary>Whose access it holds (log-in name).</summary>
    public string Identity => _hands.Identity;

    /// <summary>Names of everything it will try.</summary>
    public IReadOnlyList<string> Names => [.. _hands.Doors.Select(d => d.Name)];

    /// <summary>
    /// Takes what <paramref name="identity"/> has while it still works: logs in, keeps the tokens, reads the vault, opens a session.
    /// </summary>
    /// <exception cref="LabException">LS8006: something that the seed gave does not work.</exception>
    public static async Task<LabAdversary> PrepareAsync(LabServers lab, LabEstate estate, string identity)
    {
        var hands = new AdversaryHands(lab, estate, lab.Folder.Sub("adversary").Sub(identity), identity);
        await hands.TakeAsync();
        return new LabAdversary(estate, hands);
    }

    /// <summary>
    /// Tries everything at the same time, then once more what the vault has newly told; in the order of <see cref="Names"/>.
    /// A try that is unclear is never counted as refused.
    /// </summary>
    public async Task<IReadOnlyList<AdversaryAttempt>> TryEverythingAsync()
    {
        var first = await Task.WhenAll(_hands.Doors.Select(TryAsync));
        var learnt = await Task.WhenAll(_hands.DoorsOfWhatWasJustLearnt().Select(TryAsync));
        return [.. first, .. learnt];
    }

    /// <summary>Closes the open session.</summary>
    public ValueTask DisposeAsync() => _hands.DisposeAsync();

    private async Task<AdversaryAttempt> TryAsync(Door door)
    {
        var answer = await door.TryAsync();
        var evidence = _estate.Canary.Length > 0
            ? answer.Evidence.Replace(_estate.Canary, "***", StringComparison.Ordinal)
            : answer.Evidence;
        return new AdversaryAttempt(Identity, door.Name, door.System, door.Chain, answer.Verdict, evidence,
            TimeProvider.System.GetUtcNow());
    }
}
