using System.Globalization;
using System.Text;
using System.Text.Json;
using Lockstep.Graph;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>A seeded estate as tables that any database can read. Instants are minutes from the beginning of 2026, as 32-bit numbers.</summary>
/// <remarks>Of a link: <c>act</c> is an action that it gives (0 none, 5 read), <c>flow</c> whether access flows on from it.</remarks>
internal sealed class PeerFiles(SeededEstate estate)
{
    public const int Checksum = int.MaxValue;
    private static readonly DateTimeOffset Zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static int Now { get; } = Minutes(SeededEstate.Noon);

    /// <summary>Gives the number of an action, with reading a secret as one.</summary>
    public static int Act(EstateRow row) => row.Kind == LinkKind.Reads ? 5 : row.Action;

    public static bool Flows(EstateRow row) => row.Kind is not (LinkKind.Permits or LinkKind.Owns);

    public static int From(Validity validity) => validity.From is { } from ? Minutes(from) : -1_000_000_000;

    public static int Until(Validity validity) => validity.Until is { } until ? Minutes(until) : 2_000_000_000;

    /// <summary>What somebody intended: the same, but for one link in a hundred that nobody intended and as many that are missing.</summary>
    public static IEnumerable<EstateRow> Intended(IEnumerable<EstateRow> rows)
    {
        var at = 0;
        foreach (var row in rows)
        {
            if (++at % 100 != 17)
            {
                yield return at % 100 == 56 ? row with { Validity = new(null, SeededEstate.Noon.AddYears(1)) } : row;
            }
        }
    }

    /// <summary>Writes <c>links.csv</c>, <c>other.csv</c>, <c>flows.csv</c>, <c>permits.csv</c>, <c>nodes.csv</c>, <c>questions.json</c>.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "questions.json"), JsonSerializer.Serialize(new { now = Now }));
        using (var nodes = Open(folder, "nodes.csv", "id,identity,ended"))
        {
            for (var node = 0; node < estate.NodeCount; node++)
            {
                var isIdentity = estate.KindOf(node) == NodeKinds.Identity;
                nodes.WriteLine(Line(node, isIdentity ? 1 : 0, isIdentity && estate.IsEnded(node) ? 1 : 0));
            }
        }

        const string Columns = "src,dst,act,flow,vf,vu";
        using var links = Open(folder, "links.csv", Columns);
        using var flows = Open(folder, "flows.csv", "src,dst,vf,vu");
        using var permits = Open(folder, "permits.csv", "src,dst,act,vf,vu");
        foreach (var row in estate.Rows())
        {
            var (act, from, until) = (Act(row), From(row.Validity), Until(row.Validity));
            links.WriteLine(Line(row.From, row.To, act, Flows(row) ? 1 : 0, from, until));
            if (Flows(row))
            {
                flows.WriteLine(Line(row.From, row.To, from, until));
            }

            if (act > 0)
            {
                permits.WriteLine(Line(row.From, row.To, act, from, until));
            }
        }

        using var other = Open(folder, "other.csv", Columns);
        foreach (var row in Intended(estate.Rows()))
        {
            other.WriteLine(Line(row.From, row.To, Act(row), Flows(row) ? 1 : 0, From(row.Validity), Until(row.Validity)));
        }
    }

    private static int Minutes(DateTimeOffset at) => (int)(at - Zero).TotalMinutes;

    private static StreamWriter Open(string folder, string name, string columns)
    {
        var file = new StreamWriter(Path.Combine(folder, name), append: false, new UTF8Encoding(false), 1 << 20);
        file.WriteLine(columns);
        return file;
    }

    private static string Line(params ReadOnlySpan<int> numbers)
    {
        var line = new StringBuilder();
        foreach (var number in numbers)
        {
            line.Append(line.Length == 0 ? "" : ",").Append(number.ToString(CultureInfo.InvariantCulture));
        }

        return line.ToString();
    }
}
