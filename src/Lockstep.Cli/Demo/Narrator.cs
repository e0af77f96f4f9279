using System.Globalization;

namespace Lockstep.Cli.Demo;

/// <summary>Tells the story on the terminal, and keeps count of what it claimed and whether it held.</summary>
/// <remarks>Colours only where the output is a terminal and NO_COLOR is not set.</remarks>
internal sealed class Narrator(TextWriter output, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly bool _colours = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>Gets how many claims there were.</summary>
    public int Claims { get; private set; }

    /// <summary>Gets the claims that did not hold.</summary>
    public List<string> Broken { get; } = [];

    public void Part(int number, string title)
    {
        output.WriteLine();
        output.WriteLine(Paint("1;36", $"{number}. {title}") + Paint("2", $"  [{Elapsed()}]"));
    }

    public void Say(string line) => output.WriteLine(line);

    public void Progress(string line) => output.WriteLine(Paint("2", $"   [{Elapsed()}] {line}"));

    /// <summary>States something that a live result backs, and marks it.</summary>
    public void Claim(bool holds, string claim)
    {
        Claims++;
        output.WriteLine($"   {(holds ? Paint("32", "holds") : Paint("1;31", "DOES NOT HOLD"))}  {claim}");
        if (!holds)
        {
            Broken.Add(claim);
        }
    }

    /// <summary>Writes rows in aligned columns.</summary>
    public void Table(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = head.Select((h, i) => Math.Max(h.Length, rows.Count == 0 ? 0 : rows.Max(r => r[i].Length))).ToArray();
        output.WriteLine(Paint("2", "   " + Line(head, widths)));
        foreach (var row in rows)
        {
            output.WriteLine("   " + Line(row, widths));
        }
    }

    public string Paint(string colour, string text) => _colours ? $"\u001b[{colour}m{text}\u001b[0m" : text;

    private static string Line(IReadOnlyList<string> cells, int[] widths) =>
        string.Join("  ", cells.Select((c, i) => i == cells.Count - 1 ? c : c.PadRight(widths[i]))).TrimEnd();

    private string Elapsed() => time.GetElapsedTime(_started).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
