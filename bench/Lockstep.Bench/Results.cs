namespace Lockstep.Bench;

/// <summary>The file bench/RESULTS.md: a section a benchmark, each rewritten by its own run and by nothing else.</summary>
internal static class Results
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>Gets the folder of the repository.</summary>
    public static string Repository => Root;

    /// <summary>Replaces, or adds, the section with this heading.</summary>
    public static void Write(string heading, string body)
    {
        var file = Path.Combine(Root, "bench", "RESULTS.md");
        var old = File.Exists(file) ? File.ReadAllText(file) : "# Results\n\nWritten by `./lockstep bench`, a section a benchmark. Read ratios, not absolutes: the machine is small and shared.\n";
        var sections = old.Split("\n## ").ToList();
        sections.RemoveAll(s => s.StartsWith(heading + "\n", StringComparison.Ordinal));
        sections.Add($"{heading}\n\n{body.Trim()}\n");
        File.WriteAllText(file, string.Join("\n## ", sections.Select(s => s.TrimEnd('\n') + "\n")));
    }

    private static string FindRoot(string from) =>
        File.Exists(Path.Combine(from, "BannedSymbols.txt")) ? from : FindRoot(Path.GetDirectoryName(from)!);
}
