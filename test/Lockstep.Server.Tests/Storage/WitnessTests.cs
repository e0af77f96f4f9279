using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Lockstep.Ledger;
using Lockstep.Revocation;
using Lockstep.Server.Storage;
using Lockstep.Testing;
using Lockstep.Testing.Ledger;
using Lockstep.Testing.Revocation;
using Xunit;

namespace Lockstep.Server.Tests.Storage;

/// <summary>A real, independent witness cosigns the ledger as long as it only grows, and refuses it when it does not.</summary>
public sealed class WitnessTests : IAsyncDisposable
{
    private readonly LedgerSubject _subject = new();
    private readonly HttpClient _http = new();
    private readonly List<Process> _started = [];

    [Fact]
    public async Task Cosignatures_stand_in_the_export_and_in_every_proof()
    {
        await _subject.GrowAsync(3);
        var (first, second) = (await StartWitnessAsync("w1"), await StartWitnessAsync("w2"));
        _subject.Witnesses = [first.Witness, second.Witness];
        var ledger = await _subject.OpenAsync();
        await ledger.AppendAsync([LedgerSubject.Draft(1)], Durability.Intent, default);
        await ledger.SealAsync(default);
        await ledger.AppendAsync([.. Enumerable.Range(0, 300).Select(i => LedgerSubject.Draft(i))], Durability.Intent, default);
        var export = _subject.Scratch("export");

        await ledger.ExportAsync(export, default);

        Assert.Empty(_subject.Refusals);
        TlogJudge.Holds("log", "-vkey", ledger.VerifierKey, "-dir", export, "-witness", first.Key);
        TlogJudge.Holds("log", "-vkey", ledger.VerifierKey, "-dir", export, "-witness", second.Key);
        var bundle = await ledger.ProveAsync([2, 303], default);
        foreach (var item in bundle.Items)
        {
            await File.WriteAllBytesAsync(_subject.Scratch("entry"), item.Entry.Bytes);
            await File.WriteAllTextAsync(_subject.Scratch("proof"), item.Proof);
            TlogJudge.Holds(
                "proof", "-vkey", ledger.VerifierKey, "-witness", first.Key, "-entry", _subject.Scratch("entry"), "-proof",
                    _subject.Scratch("proof"));
            Assert.IsType<ProofOutcome.Holds>(ProofVerifier.Verify(item.Entry.Bytes.Span, item.Proof, bundle.VerifierKey));
        }

        // A seal without a change in between asks nobody again, and carries the same cosignatures.
        Assert.Equal(bundle.Checkpoint, await ledger.SealAsync(default));
    }

    [Fact]
    public async Task A_certificate_carries_the_cosignatures()
    {
        await _subject.GrowAsync(1);
        var witness = await StartWitnessAsync("w1");
        _subject.Witnesses = [witness.Witness];
        var ledger = await _subject.OpenAsync();
        var time = new ManualTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using var memory = new MemoryLedger(time);
        await CaseSimulation.RunAsync(new LeaverWorld(1, 0, time), memory, time, LeaverWorld.Dana);
        await foreach (var entry in memory.ReadAsync(0, default))
        {
            await ledger.AppendAsync([new LedgerDraft(entry.Kind, entry.By, entry.Payload)], Durability.Relaxed, default);
        }

        var view = Assert.Single((await CaseSimulation.BookOfAsync(ledger)).List());

        var parts = CertificateParts.Of(await CertificateFile.IssueAsync(view, ledger, default));

        Assert.True(parts.Count > 20);
        foreach (var name in parts.Keys.Where(k => k.StartsWith("entry", StringComparison.Ordinal)))
        {
            await File.WriteAllBytesAsync(_subject.Scratch("entry"), parts[name]);
            await File.WriteAllBytesAsync(_subject.Scratch("proof"), parts[name.Replace("entry", "proof", StringComparison.Ordinal)]);
            TlogJudge.Holds(
                "proof", "-vkey", ledger.VerifierKey, "-witness", witness.Key, "-entry", _subject.Scratch("entry"), "-proof",
                    _subject.Scratch("proof"));
        }
    }

    /// <summary>The older copy grows to less, to as much and to more than the witness saw: refused each time.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(20)]
    [InlineData(55)]
    public async Task A_ledger_put_back_and_grown_differently_is_refused(int growth)
    {
        await _subject.GrowAsync(10);
        var witness = await StartWitnessAsync("w1");
        _subject.Witnesses = [witness.Witness];
        await _subject.GrowAsync(1);
        var files = Directory.EnumerateFiles(_subject.Folder).ToDictionary(path => path, File.ReadAllBytes);
        await _subject.GrowAsync(20);
        Assert.Empty(_subject.Refusals);
        foreach (var (path, bytes) in files)
        {
            await File.WriteAllBytesAsync(path, bytes);
        }

        await _subject.GrowAsync(growth, "otherwise");

        var refusal = Assert.Single(_subject.Refusals);
        Assert.Equal(("LS4033", WitnessRefusalKind.Rewritten, "witness.example/w1"), (refusal.Code, refusal.Kind, refusal.Witness));
        Assert.Equal(11 + growth, refusal.Offered.Size);
    }

    [Fact]
    public async Task A_witness_that_is_down_or_knows_us_not_is_said_and_the_ledger_goes_on()
    {
        await _subject.GrowAsync(2);
        var stranger = await StartWitnessAsync("w1", logKey: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
        var down = new HttpWitness(new($"http://127.0.0.1:{FreePort()}/"), stranger.Parsed, _http, TimeProvider.System);
        _subject.Witnesses = [stranger.Witness, down];

        await _subject.GrowAsync(2);

        Assert.Equal(["LS4031", "LS4030"], _subject.Refusals.Select(r => r.Code));
        Assert.Equal(4, (await _subject.OpenAsync()).Latest.Size);
    }

    [Fact]
    public async Task A_cosignature_of_another_key_is_not_kept()
    {
        await _subject.GrowAsync(2);
        var witness = await StartWitnessAsync("w1");
        var other = await StartWitnessAsync("w1");
        _subject.Witnesses = [new HttpWitness(witness.Address, other.Parsed, _http, TimeProvider.System)];

        var signed = await _subject.GrowAsync(2);

        Assert.Equal("LS4032", Assert.Single(_subject.Refusals).Code);
        Assert.True(SignedNote.TryParse(signed.Note, out var note));
        Assert.Single(note.Signatures);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _http.Dispose();
        await _subject.DisposeAsync();
    }

    private async Task<StartedWitness> StartWitnessAsync(string name, string? logKey = null)
    {
        var program = OutsideFolders.Need(OutsideFolders.Judges, "tlog-witness");
        var state = Directory.CreateDirectory(_subject.Scratch(Guid.NewGuid().ToString("n"))).FullName;
        var key = Path.Combine(state, "key");
        using var keygen = Process.Start(new ProcessStartInfo(program, ["keygen", "-name", $"witness.example/{name}", "-key", key])
        {
            RedirectStandardOutput = true,
        })!;
        var vkey = (await keygen.StandardOutput.ReadToEndAsync()).Trim();
        if (logKey is null)
        {
            await using var ledger = Assert.IsType<LedgerOpening.Opened>(await _subject.TryOpenAsync()).Ledger;
            logKey = ledger.VerifierKey;
        }

        var address = $"127.0.0.1:{FreePort()}";
        var serve = Process.Start(new ProcessStartInfo(program, ["serve", "-key", key, "-state", state, "-log", logKey, "-listen", address])
        {
            RedirectStandardOutput = true,
        })!;
        _started.Add(serve);
        await serve.StandardOutput.ReadLineAsync();
        await WaitUntilListeningAsync(address);
        Assert.True(VerifierKey.TryParse(vkey, out var parsed), vkey);
        var uri = new Uri($"http://{address}/");
        return new(vkey, parsed, uri, new HttpWitness(uri, parsed, _http, TimeProvider.System));
    }

    private static async Task WaitUntilListeningAsync(string address)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPEndPoint.Parse(address));
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, default);
            }
        }

        Assert.Fail($"the witness does not listen on {address}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private sealed record StartedWitness(string Key, VerifierKey Parsed, Uri Address, HttpWitness Witness);
}
