using Lockstep.Client;
using Lockstep.Lab;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Barbican;
using Lockstep.Lab.OpenLdap;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>A company whose directory takes locks and ignores them, as one without a password policy does.</summary>
public sealed class NoLockoutPolicyFixture : StageFixture
{
    internal override LabOptions Lab => new()
    {
        Systems = LabSystems.Core, OpenLdap = new OpenLdapOptions { LockoutPolicy = false },
        Barbican = new BarbicanOptions { TokenCacheTime = 4 },
    };
}

/// <summary>What the atlas says must be measured again where it may not hold.</summary>
[Collection(LabTurn.Second)]
public sealed class NoLockoutPolicyTests(NoLockoutPolicyFixture fixture) : IClassFixture<NoLockoutPolicyFixture>
{
    [Fact]
    public async Task Atlas_verify_names_the_row_that_does_not_hold_and_offboarding_still_ends_in_the_truth()
    {
        var verified = await OwnCli.RunAsync(fixture.Stage, ["atlas", "verify", "directory"]);
        Assert.Equal(1, verified.ExitCode);
        var row = verified.Output.Split('\n').Single(l => l.Contains("ldap/lock-new-bind", StringComparison.Ordinal));
        Assert.Contains("DOES NOT HOLD", row, StringComparison.Ordinal);

        var adversary = await fixture.Stage.PrepareAdversaryAsync("emil");
        var client = fixture.Stage.Client;
        var opened = await client.OpenCaseAsync(new OpenCase("emil", "leaves", "offboarding"), CancellationToken.None);
        await foreach (var _ in client.WatchCaseAsync(opened.Case.Id, CancellationToken.None))
        {
        }

        var closed = await client.CaseAsync(opened.Case.Id, CancellationToken.None);
        var locking = closed.Steps.Single(s => s.Plan is { System: "directory", Kind: "disableAccount" });
        Assert.True(locking.State != "verified", "a lock that the directory ignores was called verified");
        Assert.True(locking.Error is not null || locking.Evidence.Count > 0, "the step does not say what is left");
        var password = closed.Steps.Single(s => s.Plan is { System: "directory", Kind: "revokeCredential" });
        Assert.Equal("verified", password.State);
        Assert.All(await adversary.TryEverythingAsync(), t => Assert.True(t.Verdict == AdversaryVerdict.Refused, $"{t.Name}: {t.Verdict}"));
    }
}
