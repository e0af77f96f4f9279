using Lockstep.Client;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Seed;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>A case on real systems whose server is killed again and again.</summary>
[Collection(LabTurn.Second)]
public sealed class KilledServerTests(StageFixture fixture) : IClassFixture<StageFixture>
{
    private const int Kills = 10;

    /// <summary>
    /// Goal: no intent is lost and no effect doubled. Method: one case; the server is killed (SIGKILL) ten times, each time a little
    /// further on, and started again; every step ends verified, the vault's container holds one secret, and the ledger verifies.
    /// </summary>
    [Fact]
    public async Task Every_step_of_a_case_ends_verified_although_its_server_is_killed_at_ten_points()
    {
        var stage = fixture.Stage;
        var adversary = await stage.PrepareAdversaryAsync(AcmeCompany.Leaver);
        var opened = await stage.Client.OpenCaseAsync(new OpenCase(AcmeCompany.Leaver, "leaves", "offboarding"), CancellationToken.None);
        var total = opened.Steps.Count;
        for (var kill = 1; kill <= Kills; kill++)
        {
            await WaitForProgressAsync(stage.Client, opened.Case.Id, kill);
            await stage.KillLockstepAsync();
            await stage.StartLockstepAsync(CancellationToken.None);
        }

        var closed = await WaitForEndAsync(stage.Client, opened.Case.Id);

        Assert.True(closed.Steps.Count >= total && closed.ChainsLeft == 0, $"{closed.Case.State}: {closed.Summary}; {total} steps");
        Assert.All(closed.Steps, s => Assert.True(s.State == "verified", $"{s.Plan.What}: {s.State} {s.Error?.Detail}"));
        Assert.True((closed.Case.State == "verified") == (closed.Uncut.Count == 0), $"{closed.Case.State} with {closed.Uncut.Count} things left");
        Assert.All(await adversary.TryEverythingAsync(), t => Assert.True(t.Verdict == AdversaryVerdict.Refused, $"{t.Name}: {t.Verdict}"));
        Assert.True((await stage.Client.VerifyLedgerAsync(new VerifyLedger(), CancellationToken.None)).Holds);
        var rotated = Assert.Single(
            closed.Steps, s => s.Plan.Kind == "rotateCredential" && s.Plan.What.Contains("payments_app", StringComparison.Ordinal));
        Assert.Equal("verified", rotated.State);
    }

    /// <summary>Waits until the case is a little further than at the kill before, by what its steps have done.</summary>
    private static async Task WaitForProgressAsync(LockstepClient client, Guid id, int kill)
    {
        while (true)
        {
            var now = await client.CaseAsync(id, CancellationToken.None);
            var progress = now.Steps.Sum(
                s => (s.RequestedAt is null ? 0 : 1) + (s.AcknowledgedAt is null ? 0 : 1) + (s.ProvenAt is null ? 0 : 1));
            if (progress >= kill * Math.Max(1, now.Steps.Count * 3 / (Kills + 1)) || now.Case.ClosedAt is not null)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<CaseDetail> WaitForEndAsync(LockstepClient client, Guid id)
    {
        while (true)
        {
            var now = await client.CaseAsync(id, CancellationToken.None);
            if (now.Case.State is "verified" or "residual" or "failed")
            {
                return now;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
        }
    }
}
