using System.Text.Json.Nodes;
using Lockstep.Ledger;
using Lockstep.Server.Storage;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Lockstep.Server.Tests.Storage;

/// <summary>A ledger in a throw-away folder, which can be closed, damaged and opened again.</summary>
internal sealed class LedgerSubject : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ls-ledger-").FullName;
    private SqliteLedger? _ledger;

    public string Folder => Path.Combine(_root, "data");

    public string Database => Path.Combine(Folder, "ledger.db");

    public IReadOnlyList<IWitness> Witnesses { get; set; } = [];

    public List<WitnessRefusal> Refusals { get; } = [];

    public string Scratch(string name) => Path.Combine(_root, name);

    public Task<LedgerOpening> TryOpenAsync() => SqliteLedger.OpenAsync(
        new() { Folder = Folder, Witnesses = Witnesses, OnRefusal = Refusals.Add }, TimeProvider.System, CancellationToken.None);

    public async Task<SqliteLedger> OpenAsync()
    {
        var opening = await TryOpenAsync();
        _ledger = Assert.IsType<LedgerOpening.Opened>(opening).Ledger;
        return _ledger;
    }

    public async Task CloseAsync()
    {
        if (_ledger is { } ledger)
        {
            _ledger = null;
            await ledger.DisposeAsync();
        }
    }

    /// <summary>Opens, appends entries one by one, seals and closes.</summary>
    public async Task<SignedCheckpoint> GrowAsync(int count, string word = "grown")
    {
        var ledger = await OpenAsync();
        for (var i = 0; i < count; i++)
        {
            await ledger.AppendAsync([Draft(i, word)], Durability.Relaxed, CancellationToken.None);
        }

        var sealedNow = await ledger.SealAsync(CancellationToken.None);
        await CloseAsync();
        return sealedNow;
    }

    public async Task<LedgerDamage> OpenDamagedAsync() => Assert.IsType<LedgerOpening.Damaged>(await TryOpenAsync()).Damage;

    public static LedgerDraft Draft(int n, string word = "grown") =>
        LedgerDraft.Of("test.entry", "tests", new JsonObject { ["n"] = n, ["word"] = word, ["pad"] = new string('x', n % 97) });

    /// <summary>Does to the database what no ledger would.</summary>
    public void Execute(string sql)
    {
        using var connection =
            new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_root, recursive: true);
    }
}
