using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Lockstep.Testing;

namespace Lockstep.Cedar.Tests.Corpus;

/// <summary>The public corpus: hand-written cases and those of a fuzzer, with their files.</summary>
internal static class CorpusCases
{
    /// <summary>Reads every case; skips the calling test where the corpus is not there.</summary>
    public static IEnumerable<CorpusCase> All() => Generated().Concat(HandWritten());

    private static IEnumerable<CorpusCase> Generated()
    {
        using var file = File.OpenRead(OutsideFolders.Need(OutsideFolders.Vectors, "cedar/corpus-tests-dev.tar.gz"));
        using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } stream)
            {
                using var reader = new StreamReader(stream);
                files[entry.Name.TrimStart('.', '/')] = reader.ReadToEnd();
            }
        }

        foreach (var (name, text) in files.Where(f => f.Key.EndsWith(".json") && !f.Key.EndsWith(".entities.json")).OrderBy(
            f => f.Key, StringComparer.Ordinal))
        {
            yield return CorpusCase.Read(name, text, path => files[path]);
        }
    }

    private static IEnumerable<CorpusCase> HandWritten()
    {
        var root = OutsideFolders.Need(OutsideFolders.Vectors, "cedar");
        foreach (var path in Directory.EnumerateFiles(Path.Combine(root, "tests"), "*.json", SearchOption.AllDirectories).Order(
            StringComparer.Ordinal))
        {
            yield return CorpusCase.Read(
                Path.GetRelativePath(root, path), File.ReadAllText(path), file => File.ReadAllText(Path.Combine(root, file)));
        }
    }
}

internal sealed record CorpusCase(
    string Name, string Policies, string Schema, string Entities, bool ShouldValidate, IReadOnlyList<CorpusRequest> Requests)
{
    public static CorpusCase Read(string name, string text, Func<string, string> open)
    {
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        string File(string field) => open(root.GetProperty(field).GetString()!);
        return new(name, File("policies"), File("schema"), File("entities"), root.GetProperty("shouldValidate").GetBoolean(),
            [.. root.GetProperty("requests").EnumerateArray().Select(r => new CorpusRequest(r.Clone()))]);
    }
}

internal sealed record CorpusRequest(JsonElement Json)
{
    public string Decision => Json.GetProperty("decision").GetString()!;

    public bool Validate => !Json.TryGetProperty("validateRequest", out var flag) || flag.GetBoolean();

    public HashSet<string> Set(string field) => [.. Json.GetProperty(field).EnumerateArray().Select(e => e.GetString()!)];
}
