using System.Globalization;
using System.Text;

namespace Lockstep.Bench.Graph;

/// <summary>What the graph is to reach, held against what a run found; and for what is not reached, what bounds it.</summary>
internal static class GraphGoals
{
    private static readonly Goal[] All =
    [
        new("a", "effective access", "total, of PostgreSQL's", 300, r => Ratio(r, "a effective access", "PostgreSQL", total: true), null,
            "profile: testing whether a leaf is new 27 %, copying what was found 17 % and its fresh pages 8 %, other access 17 %, nodes 9 %"),
        new("a", "effective access", "p50, of Kuzu's", 300, r => Ratio(r, "a effective access", "kuzu", total: false), null, "as above"),
        new("a", "effective access at L", "p50 us, at most", -10, r => P50(r, "a effective access"), "L", "the size of the answer"),
        new("a", "effective access at L", "p99 us, at most", -10_000, r => P99(r, "a effective access"), "L", "the size of the answer"),
        new("b", "who-can", "total, of PostgreSQL's", 250, r => Ratio(r, "b who-can", "PostgreSQL", total: true), null,
            "profile: testing whether a node is new 24 %, rows against the links 19 %, copying what was found 16 %, permits of resources 9 %"),
        new("c", "check with chain", "p50, of PostgreSQL's", 500, r => Ratio(r, "c check with chain", "PostgreSQL", total: false), null,
            "misses: asked again and again the same half of the pairs takes 4.5 us, in turn with 600 others 20; two names are found and a chain is written out"),
        new("c", "check with chain", "p50, of SpiceDB's", 100, r => Ratio(r, "c check with chain, 5,000 nodes", "spicedb", total: false), null, "as above"),
        new("c", "check, cold, at L", "p99 us, at most", -100, r => P99(r, "c check with chain, cold: each pair once"), "L", "a denied check has to exhaust one side; labels that would answer it are not built"),
        new("d", "sweep", "of PostgreSQL's", 1000, r => Ratio(r, "d sweep", "PostgreSQL", total: true), null, "dependent misses of each identity's search"),
        new("d", "sweep", "of DuckDB's", 40, r => Ratio(r, "d sweep", "duckdb", total: true), null, "as above"),
        new("d", "sweep at L", "ms, at most", -100, r => P50(r, "d sweep") / 1000, "L", "as above"),
        new("e", "drift", "of PostgreSQL's", 1500, r => Ratio(r, "e drift", "PostgreSQL", total: true), null, "fingerprints are read in order; rows that differ are read whole"),
        new("e", "drift at L", "ms, at most", -60, r => P50(r, "e drift") / 1000, "L", "as above"),
        new("f", "least cut", "1.5 times Boost's total and one search, by ours", 1,
            r => Ratio(r, "f least cut of 10 targets", "1.5 times Boost and one search", total: true), null,
            "profile: places of what was visited 17 %, laying out the flow 10 %, links between 9 %, searching 16 %; and the cut is asked again on the graph, which Boost does not do"),
        new("f", "least cut, weighted", "the same", 1,
            r => Ratio(r, "f least cut of 10 targets, weighted by kind", "1.5 times Boost and one search", total: true), null, "as above"),
        new("g", "one change, then the question", "p50, of PostgreSQL's", 400, r => Ratio(r, "g one change", "PostgreSQL", total: false), null,
            "the question itself, as a"),
        new("memory", "bytes a link", "at most", -16, r => r.BytesPerLink, null, "20 bytes for each link with a validity"),
    ];

    /// <summary>Writes each goal of which this run found something.</summary>
    public static void Write(StringBuilder text, GraphReport report, string size)
    {
        text.AppendLine("| goal | | asked for | found | |").AppendLine("|---|---|---:|---:|---|");
        foreach (var goal in All.Where(g => g.Size is null || g.Size == size))
        {
            var (found, least) = (goal.Of(report), Math.Abs(goal.Limit));
            if (double.IsFinite(found) && found > 0)
            {
                var isMet = goal.Limit > 0 ? found >= least : found <= least;
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"| {goal.Letter} {goal.What} | {goal.Measure} | {least:N1} | {found:N1} | {(isMet ? "met" : $"**not met**; bound by: {goal.Bound}")} |");
            }
        }

        text.AppendLine();
    }

    private static double Ratio(GraphReport report, string what, string engine, bool total) =>
        Find(report, what, engine) is { } row ? total ? row.RatioTotal : row.RatioP50 : double.NaN;

    private static double P50(GraphReport report, string what) => Find(report, what, "Lockstep")?.P50Us ?? double.NaN;

    private static double P99(GraphReport report, string what) => Find(report, what, "Lockstep")?.P99Us ?? double.NaN;

    private static ReportRow? Find(GraphReport report, string what, string engine) =>
        report.Rows.Find(r => r.Engine == engine && r.Question == what) ?? report.Rows.Find(
            r => r.Engine == engine && what.Length > 4 && !what.Contains("effective", StringComparison.Ordinal)
                && r.Question.StartsWith(what, StringComparison.Ordinal) && !r.Question.Contains("nodes", StringComparison.Ordinal));

    /// <param name="Limit">At least this; if negative, at most its amount.</param>
    /// <param name="Size">The only size for which it was asked, or <see langword="null"/>.</param>
    /// <param name="Bound">What bounds it where it is not met.</param>
    private sealed record Goal(
        string Letter, string What, string Measure, double Limit, Func<GraphReport, double> Of, string? Size, string Bound);
}
