using System.Diagnostics;
using Lockstep.Graph;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph;

/// <summary>A link of a seeded estate in 20 bytes. Instants are minutes from the beginning of 2026; open ends are far away.</summary>
internal readonly record struct PackedRow(int From, int To, int ValidFrom, int ValidUntil, byte Kind, byte Action)
{
    public const int Never = -1_000_000_000;
    public const int Forever = 2_000_000_000;
    private static readonly DateTimeOffset Zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static int Now { get; } = Minutes(SeededEstate.Noon);

    public LinkKind LinkKind => (LinkKind)Kind;

    /// <summary>Gets the number of an action that the link gives, with reading a secret as one; 0 for none.</summary>
    public int Act => LinkKind == LinkKind.Reads ? 5 : Action;

    /// <summary>Gets a value indicating whether access flows on from it.</summary>
    public bool Flows => LinkKind is not (LinkKind.Permits or LinkKind.Owns);

    public bool IsValid => ValidFrom <= Now && Now < ValidUntil;

    public static PackedRow Of(EstateRow row) => new(
        row.From, row.To, row.Validity.From is { } from ? Minutes(from) : Never, row.Validity.Until is { } until ? Minutes(until) : Forever,
        (byte)row.Kind, (byte)row.Action);

    public Validity ToValidity() =>
        new(ValidFrom == Never ? null : Zero.AddMinutes(ValidFrom), ValidUntil == Forever ? null : Zero.AddMinutes(ValidUntil));

    private static int Minutes(DateTimeOffset at) => (int)(at - Zero).TotalMinutes;
}

/// <summary>A seeded estate, made up once for all engines of a run.</summary>
internal sealed class EstateTable
{
    private readonly PackedRow[][] _apps;

    /// <summary>Makes it up, on all processors.</summary>
    public EstateTable(SeededEstate estate)
    {
        Estate = estate;
        var clock = Stopwatch.StartNew();
        _apps = new PackedRow[estate.AppCount][];
        Parallel.For(0, estate.AppCount, app => _apps[app] = [.. estate.RowsOf(app).Select(PackedRow.Of)]);
        Seconds = clock.Elapsed.TotalSeconds;
        Count = _apps.Sum(a => (long)a.Length);
    }

    public SeededEstate Estate { get; }

    /// <summary>Gets how long making it up took.</summary>
    public double Seconds { get; }

    public long Count { get; }

    public IEnumerable<PackedRow> Rows => _apps.SelectMany(a => a);

    /// <summary>
    /// Gets what somebody intended: the same, but for one link in ten thousand that nobody intended, and as many that were to end sooner.
    /// </summary>
    public IEnumerable<PackedRow> Intended => Rows.Where((_, i) => i % 10_000 != 17)
        .Select((row, i) => i % 10_000 == 56 ? row with { ValidUntil = PackedRow.Now + (365 * 24 * 60) } : row);

    /// <summary>Gives links to a build, by the numbers that <see cref="SeededEstate.FillNames"/> gave.</summary>
    public static void Fill(GraphIntake intake, IEnumerable<PackedRow> rows)
    {
        var evidence = intake.Evidence("estate", "made up", Enforcement.Online);
        foreach (var row in rows)
        {
            intake.Add(row.From, row.LinkKind, row.To, SeededEstate.Actions[row.Action], evidence, row.ToValidity());
        }
    }
}
