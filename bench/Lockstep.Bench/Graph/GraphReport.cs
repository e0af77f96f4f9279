using System.Globalization;
using System.Text;
using Lockstep.Graph.Compact;

namespace Lockstep.Bench.Graph;

/// <summary>What a run found: rows, goals and lines, for people and as JSON.</summary>
internal sealed class GraphReport(MachineFloor floor)
{
    private const string Columns = "| question | engine | asked | p50 us | p99 us | total ms | ratio p50 | ratio total | p50 in dependent misses |";
    private readonly StringBuilder _table = new StringBuilder().AppendLine(Columns).AppendLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
    private readonly StringBuilder _lines = new();

    public MachineFloor Floor => floor;

    public List<ReportRow> Rows { get; } = [];

    public double BytesPerLink { get; private set; }

    public void Loaded(string engine, double seconds) => Line($"{engine} is loaded: {seconds:F1} s.");

    public void Memory(CompactGraph graph)
    {
        BytesPerLink = (double)graph.LinkBytes / graph.LinkCount;
        Line($"{graph.NodeCount:N0} nodes, {graph.LinkCount:N0} links, {BytesPerLink:F1} bytes a link in both directions with kind, validity, evidence.");
    }

    public void Line(FormattableString text)
    {
        // Engines load side by side.
        lock (_lines)
        {
            var line = text.ToString(CultureInfo.InvariantCulture);
            Console.WriteLine(line);
            _lines.Append("- ").AppendLine(line);
        }
    }

    /// <summary>Adds a row of sorted times, in microseconds, beside ours.</summary>
    public void Row(string what, string engine, IReadOnlyList<double> us, IReadOnlyList<double> ours)
    {
        if (us.Count == 0)
        {
            return;
        }

        var row = new ReportRow(
            what, engine, us.Count, us[us.Count / 2], us[(int)((us.Count - 1) * 0.99)], us.Sum() / 1000,
            us[us.Count / 2] / ours[ours.Count / 2], us.Sum() / ours.Sum());
        Rows.Add(row);
        _table.AppendLine(CultureInfo.InvariantCulture,
            $"| {what} | {engine} | {row.Asked} | {row.P50Us:N1} | {row.P99Us:N1} | {row.TotalMs:N1} | {row.RatioP50:N1}x | {row.RatioTotal:N1}x | {row.P50Us * 1000 / floor.MissNs:N0} |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what}: {engine}: p50 {row.P50Us:N1} us, {row.RatioP50:N1}x; total {row.TotalMs:N1} ms, {row.RatioTotal:N1}x"));
    }

    public string Write(string size, PeerPlan plan)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"Machine floor in this run: {floor.SequentialGBs:F1} GB/s read in order, {floor.RandomMs:F0} M random reads/s, {floor.MissNs:F0} ns a dependent miss.");
        text.AppendLine("Names in, chains out; all answers equal, compared first. Ratios are the peer's time by ours in this run. In each round an engine answers all questions once, unmeasured, then again; one that takes 25 s for all has one round without that.").AppendLine();
        text.Append(_lines).AppendLine().Append(_table).AppendLine();
        GraphGoals.Write(text, this, size);
        plan.LeftOut.ToList().ForEach(l => text.AppendLine(CultureInfo.InvariantCulture, $"- Left out: {l}."));
        return text.ToString();
    }
}

/// <summary>One engine's times for one question.</summary>
internal sealed record ReportRow(
    string Question, string Engine, int Asked, double P50Us, double P99Us, double TotalMs, double RatioP50, double RatioTotal);
