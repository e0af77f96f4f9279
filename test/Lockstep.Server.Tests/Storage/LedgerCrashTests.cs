using System.Diagnostics;
using System.Globalization;
using Lockstep.Ledger;
using Lockstep.Server.Storage;
using Xunit;

namespace Lockstep.Server.Tests.Storage;

/// <summary>
/// A process that is killed, and a disk that lost the end of a write: whole entries remain, and every acknowledged intent.
/// </summary>
public class LedgerCrashTests
{
    private const string FolderVariable = "LOCKSTEP_TEST_LEDGER";
    private const int Kills = 6;

    /// <summary>
    /// Goal: nothing acknowledged is lost and nothing is torn. Method: a child process appends as fast as it can and writes down
    /// what was acknowledged; it is killed at a moment drawn from a seed; the ledger is opened here and read; again.
    /// </summary>
    [Fact]
    public async Task A_killed_process_loses_no_acknowledged_intent_and_leaves_no_torn_entry()
    {
        await using var subject = new LedgerSubject();
        var random = new Random(11);
        var repaired = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var acknowledged = subject.Scratch("acknowledged");
            File.Delete(acknowledged);
            using var child = StartChild(subject.Folder, acknowledged);
            await WaitForAsync(() => File.Exists(acknowledged) && new FileInfo(acknowledged).Length > 500, child);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(150)), TimeProvider.System, default);
            Assert.Equal("LS4040", Assert.IsType<LedgerOpening.Refused>(await subject.TryOpenAsync()).Code);
            child.Kill();
            await child.WaitForExitAsync();

            var opened = Assert.IsType<LedgerOpening.Opened>(await subject.TryOpenAsync());
            await using var ledger = opened.Ledger;
            repaired += opened.Repaired is null ? 0 : 1;
            var entries = await ledger.ReadAsync(0, default).ToListAsync();
            var last = File.ReadAllText(acknowledged).Split('\n')[..^1].Select(
                line => long.Parse(line, CultureInfo.InvariantCulture)).Max();
            Assert.True(entries.Count > last, $"{entries.Count} entries, yet {last} was acknowledged");
            Assert.Equal(opened.Repaired is null ? 0 : 1, entries.Count(e => e.Kind == "ledger.repaired" && e.Index == entries.Count - 1));
            Assert.IsType<LedgerReport.Holds>(await ledger.VerifyAsync(since: null, default));
            AssertWholeAppends(entries);
        }

        TestContext.Current.SendDiagnosticMessage($"{Kills} kills, {repaired} of them in the middle of a write");
    }

    /// <summary>The child: runs only when asked for by the test above, and never ends by itself.</summary>
    [Fact(Explicit = true)]
    public async Task Child_appends_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, $"a part of another test, which sets {FolderVariable}");
        var opening = await SqliteLedger.OpenAsync(new() { Folder = folder }, TimeProvider.System, default);
        var ledger = Assert.IsType<LedgerOpening.Opened>(opening).Ledger;
        await using var acknowledged = new FileStream(Environment.GetEnvironmentVariable(FolderVariable + "_ACK")!, FileMode.Append);
        var gate = new Lock();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var n = 0; ; n++)
            {
                var durability = writer == 0 ? Durability.Relaxed : Durability.Intent;
                var count = writer == 3 ? 3_000 : 3; // Long commits too, so that some kills fall into the middle of one.
                var receipt = await ledger.AppendAsync(
                    [.. Enumerable.Range(0, count).Select(i => LedgerSubject.Draft(i % 3))], durability, default);
                lock (gate)
                {
                    acknowledged.Write(System.Text.Encoding.ASCII.GetBytes($"{receipt.LastIndex}\n"));
                    acknowledged.Flush();
                }
            }
        })));
    }

    /// <summary>
    /// The end of the write-ahead log cut off at many places: always a whole prefix, and said when a write was unfinished.
    /// </summary>
    [Fact]
    public async Task A_torn_tail_is_cut_to_the_last_whole_entry_and_said()
    {
        await using var subject = new LedgerSubject();
        await subject.GrowAsync(5);
        var ledger = await subject.OpenAsync();
        var ends = new HashSet<long>();
        for (var i = 0; i < 12; i++)
        {
            await ledger.AppendAsync([LedgerSubject.Draft(i), LedgerSubject.Draft(i)], Durability.Intent, default);
            ends.Add(new FileInfo(subject.Database + "-wal").Length);
        }

        var truth = await ledger.ReadAsync(0, default).Select(e => Convert.ToHexString(e.Bytes.Span)).ToListAsync();
        var torn = 0;
        var log = await File.ReadAllBytesAsync(subject.Database + "-wal");
        for (var cut = 64; cut <= log.Length; cut += 1_009)
        {
            await using var copy = new LedgerSubject();
            Directory.CreateDirectory(copy.Folder);
            foreach (var name in new[] { "ledger.db", "ledger.key", "checkpoint" })
            {
                File.Copy(Path.Combine(subject.Folder, name), Path.Combine(copy.Folder, name));
            }

            await File.WriteAllBytesAsync(copy.Database + "-wal", log[..cut]);
            var opened = Assert.IsType<LedgerOpening.Opened>(await copy.TryOpenAsync());
            await using var reopened = opened.Ledger;
            var texts = await reopened.ReadAsync(0, default).Select(e => Convert.ToHexString(e.Bytes.Span)).ToListAsync();
            var kept = opened.Repaired is { } repaired ? (int)repaired.EntriesKept : texts.Count;
            Assert.Equal(truth.Take(kept), texts.Take(kept));
            Assert.True(kept % 2 == 1, "half of an append was kept");
            Assert.Equal(opened.Repaired is null, ends.Contains(cut));
            torn += opened.Repaired is null ? 0 : 1;
        }

        Assert.True(torn > 10, $"only {torn} cuts were torn");
    }

    private static void AssertWholeAppends(List<LedgerEntry> entries)
    {
        var numbers = entries.Where(e => e.Kind == "test.entry").Select(e => e.Payload.GetProperty("n").GetInt32()).ToList();
        Assert.Equal(numbers.Select((_, i) => i % 3), numbers);
    }

    private static Process StartChild(string folder, string acknowledged)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "-explicit", "only", "-method", $"*.{nameof(Child_appends_until_it_is_killed)}" },
            RedirectStandardOutput = true,
        };
        start.Environment[FolderVariable] = folder;
        start.Environment[FolderVariable + "_ACK"] = acknowledged;
        return Process.Start(start)!;
    }

    private static async Task WaitForAsync(Func<bool> condition, Process child)
    {
        for (var tries = 0; !condition(); tries++)
        {
            Assert.False(child.HasExited, "the child ended by itself");
            Assert.True(tries < 1_000, "the child did not append in time");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, default);
        }
    }
}
