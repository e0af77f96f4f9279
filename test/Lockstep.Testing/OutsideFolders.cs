namespace Lockstep.Testing;

/// <summary>Where test data, lab packages and judges lie that are not part of this repository. The one place that looks for them.</summary>
public static class OutsideFolders
{
    /// <summary>Gets the vectors that others wrote: <c>LOCKSTEP_VECTORS</c>, or beside the repository.</summary>
    public static string Vectors { get; } = Find("LOCKSTEP_VECTORS", "data");

    /// <summary>Gets the packed servers of the lab: <c>LOCKSTEP_LAB</c>, or beside the repository.</summary>
    public static string Lab { get; } = Find("LOCKSTEP_LAB", "lab");

    /// <summary>Gets the independent judges: <c>LOCKSTEP_JUDGES</c>, or beside the repository.</summary>
    public static string Judges { get; } = Find("LOCKSTEP_JUDGES", "judges");

    /// <summary>Gets the root of the repository.</summary>
    public static string Repository { get; } = FindRepository(AppContext.BaseDirectory);

    /// <summary>Gives the path of a file below one of the folders, or skips the calling test and says what is missing.</summary>
    public static string Need(string folder, string path)
    {
        var full = Path.Combine(folder, path);
        Xunit.Assert.SkipUnless(
            Path.Exists(full), $"`{path}` is not there (looked in {Path.GetFileName(folder)}; see LOCKSTEP_VECTORS, _LAB, _JUDGES)");
        return full;
    }

    private static string Find(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set
            ? set
            : Path.GetFullPath(Path.Combine(FindRepository(AppContext.BaseDirectory), "..", "shared", name));

    private static string FindRepository(string from) =>
        File.Exists(Path.Combine(from, "BannedSymbols.txt")) || Path.GetDirectoryName(from) is not { } above ? from : FindRepository(above);
}
