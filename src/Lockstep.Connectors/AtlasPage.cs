using System.Globalization;
using System.Text;
using Lockstep.Graph;

namespace Lockstep.Connectors;

/// <summary>Writes the atlas as a page of the documentation, so that the page cannot say anything else than the data.</summary>
public static class AtlasPage
{
    /// <summary>Writes the page (Markdown).</summary>
    public static string Write()
    {
        var page = new StringBuilder("# The atlas of surviving access\n\n");
        page.Append("After this cut, that still works, until then, ended by this. Each row was seen on a real system. The plan of a "
            + "case\n");
        page.Append("cites the rows that are about its cuts, and so does its certificate. Generated from the `survival.yaml` beside "
            + "each\n");
        page.Append("connector.\n");
        foreach (var kind in Atlas.SystemKinds)
        {
            var rows = Atlas.Of(kind);
            page.Append(CultureInfo.InvariantCulture, $"\n## {kind}\n\nSeen on {string.Join(", ", rows[0].SeenOn)}.\n\n");
            page.Append("| row | after | this | until | ended by | tried by | test |\n|---|---|---|---|---|---|---|\n");
            foreach (var row in rows)
            {
                page.Append(CultureInfo.InvariantCulture, $"| `{row.Id}` | {CutOf(row)} | {row.Survivor} | {UntilOf(row.Until)} | ");
                page.Append(CultureInfo.InvariantCulture, $"{row.EndedBy} | {row.ProbedBy} | ");
                page.Append(row.Test is { } test ? $"`{test}` |\n" : $"none: {row.Untested} |\n");
            }
        }

        return page.ToString();
    }

    /// <summary>Says until when, in words.</summary>
    public static string UntilOf(SurvivalEnd end) => end switch
    {
        SurvivalEnd.Refused => "refused at once",
        SurvivalEnd.Cache => "a cache runs out",
        SurvivalEnd.Connection => "the connection is ended",
        SurvivalEnd.Expiry => "it expires",
        _ => "for ever",
    };

    /// <summary>Says which cut, in words.</summary>
    public static string CutOf(SurvivalRow row) =>
        $"{row.Cut} {row.NodeKind}{(row.Link is { } link ? $" {link.Word}" : string.Empty)}";
}
