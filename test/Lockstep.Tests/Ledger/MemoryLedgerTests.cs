using System.Text.Json.Nodes;
using Lockstep.Ledger;
using Lockstep.Testing.Ledger;
using Xunit;

namespace Lockstep.Tests.Ledger;

/// <summary>The memory ledger keeps the contract, so suites that stand on it stand on the same promises.</summary>
public sealed class MemoryLedgerTests : LedgerContract, IDisposable
{
    private readonly MemoryLedger _ledger = new(TimeProvider.System);

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 2)]
    public async Task A_crash_point_stops_everything_at_its_append(bool written, int left)
    {
        var draft = LedgerDraft.Of("test.entry", "tests", new JsonObject());
        var crashing = new CrashPointLedger(_ledger, crashAt: 3, written);
        await crashing.AppendAsync([draft], Durability.Intent, default);
        await crashing.AppendAsync([draft], Durability.Intent, default);
        Assert.False(crashing.HasCrashed);

        await Assert.ThrowsAsync<CrashPointException>(() => crashing.AppendAsync([draft], Durability.Intent, default));
        await Assert.ThrowsAsync<CrashPointException>(() => crashing.AppendAsync([draft], Durability.Intent, default));
        Assert.Throws<CrashPointException>(() => crashing.ReadAsync(0, default));

        Assert.True(crashing.HasCrashed);
        Assert.Equal(left, _ledger.Latest.Size);
    }

    public void Dispose() => _ledger.Dispose();

    protected override Task<ILedger> StartAsync() => Task.FromResult<ILedger>(_ledger);
}
