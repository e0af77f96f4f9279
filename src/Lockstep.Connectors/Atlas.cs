using System.Collections.Frozen;
using System.Reflection;
using Lockstep.Graph;
using YamlDotNet.RepresentationModel;

namespace Lockstep.Connectors;

/// <summary>The atlas of surviving access: what outlives which cut, as measured. Each connector's rows lie beside its code.</summary>
public static class Atlas
{
    private const string Suffix = ".survival.yaml";
    private const string Itself = "itself";
    private static readonly Lazy<FrozenDictionary<string, IReadOnlyList<SurvivalRow>>> Rows = new(ReadAll);

    /// <summary>Gets the kinds of system that it has rows for.</summary>
    public static IReadOnlyList<string> SystemKinds => [.. Rows.Value.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Gives the rows of one kind of system; empty for one that it does not know.</summary>
    public static IReadOnlyList<SurvivalRow> Of(string systemKind) => Rows.Value.GetValueOrDefault(systemKind) ?? [];

    /// <summary>Finds a row by its name; <see langword="null"/> if there is none of that name (any longer).</summary>
    public static SurvivalRow? Find(string rowId) => Of(rowId.Split('/')[0]).FirstOrDefault(r => r.Id == rowId);

    private static FrozenDictionary<string, IReadOnlyList<SurvivalRow>> ReadAll()
    {
        var assembly = typeof(Atlas).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => Read(assembly, name)).ToFrozenDictionary(s => s.Kind, s => s.Rows, StringComparer.Ordinal);
    }

    private static (string Kind, IReadOnlyList<SurvivalRow> Rows) Read(Assembly assembly, string resource)
    {
        using var text = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var yaml = new YamlStream();
        yaml.Load(text);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var kind = Text(root, "system");
        var seenOn = Text(root, "seenOn").Split(", ");
        return (kind, [.. ((YamlSequenceNode)root["rows"]).Cast<YamlMappingNode>().Select(row => RowOf(row, kind, seenOn))]);
    }

    private static SurvivalRow RowOf(YamlMappingNode row, string systemKind, IReadOnlyList<string> seenOn)
    {
        // `DisableAccount account`, or `RemoveLink account memberOf`.
        var cut = Text(row, "cut").Split(' ');
        return new()
        {
            Id = $"{systemKind}/{Text(row, "id")}",
            Cut = Enum.Parse<CutKind>(cut[0]),
            NodeKind = cut[1],
            Link = cut.Length < 3 ? null : Enum.GetValues<LinkKind>().Single(k => k.Word == cut[2]),
            Survivor = Text(row, "survivor"),
            Until = Enum.Parse<SurvivalEnd>(Text(row, "until"), ignoreCase: true),
            EndedBy = Text(row, "endedBy"),
            EndedWith = Find(row, "endedWith") is { } with && with != Itself ? Enum.Parse<CutKind>(with) : null,
            IsEndedByItself = Find(row, "endedWith") == Itself,
            ProbedBy = Text(row, "probedBy"),
            SeenOn = seenOn,
            Test = Find(row, "test"),
            Untested = Find(row, "untested"),
        };
    }

    private static string Text(YamlMappingNode map, string key) => ((YamlScalarNode)map[key]).Value!;

    private static string? Find(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;
}
