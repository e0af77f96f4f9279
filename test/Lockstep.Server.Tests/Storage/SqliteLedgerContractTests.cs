using Lockstep.Ledger;
using Lockstep.Testing.Ledger;

namespace Lockstep.Server.Tests.Storage;

/// <summary>The contract of <see cref="ILedger"/> on SQLite.</summary>
public sealed class SqliteLedgerContractTests : LedgerContract, IAsyncDisposable
{
    private readonly LedgerSubject _subject = new();

    public ValueTask DisposeAsync() => _subject.DisposeAsync();

    protected override async Task<ILedger> StartAsync() => await _subject.OpenAsync();
}
