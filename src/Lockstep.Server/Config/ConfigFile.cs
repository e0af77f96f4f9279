using System.Net;
using System.Text.RegularExpressions;
using Lockstep.Ledger;
using Lockstep.Reconciliation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lockstep.Server.Config;

/// <summary>Reads <c>lockstep.yaml</c>: everything that is wrong at once, each with file, line, key and what was expected.</summary>
public static partial class ConfigFile
{
    internal static readonly IReadOnlyList<ConfigKey> TopKeys =
    [
        new("version", ConfigType.Number, "the version of this format: 1") { IsRequired = true },
        new("server", ConfigType.Nested, "where to listen and where data is kept") { SchemaOf = "server" },
        new("observe", ConfigType.Nested, "how often and how long systems are looked at") { SchemaOf = "observe" },
        new("authority", ConfigType.Text, "the system whose accounts are the identities"),
        new("systems", ConfigType.Nested, "the connected systems by name") { SchemaOf = "systems" },
        new("match", ConfigType.Nested, "how accounts are matched to identities, first rule that fits decides") { SchemaOf = "match" },
        new("witnesses", ConfigType.Nested, "who cosigns the ledger") { SchemaOf = "witnesses" },
        new("policy", ConfigType.Nested, "by which policies access is decided") { SchemaOf = "policy" },
    ];

    internal static readonly IReadOnlyList<ConfigKey> ServerKeys =
    [
        new("listen", ConfigType.Text, "address and port; 127.0.0.1:7811 unless set"),
        new("data", ConfigType.Path, "the data folder; `lockstep-data` beside this file unless set"),
        new("publicAddress", ConfigType.Address, "the https address by which others reach this server; AuthZEN's discovery needs it")
        {
            Schemes = ["https"],
        },
    ];

    internal static readonly IReadOnlyList<ConfigKey> ObserveKeys =
    [
        new("every", ConfigType.Duration, "how often each system is looked at; 1m unless set"),
        new("timeout", ConfigType.Duration, "how long one look may take; 2m unless set"),
        new("parallel", ConfigType.Number, "how many systems are looked at together; 4 unless set"),
    ];

    internal static readonly IReadOnlyList<ConfigKey> MatchKeys =
    [
        new("system", ConfigType.Text, "the system whose accounts are matched") { IsRequired = true },
        new("by", ConfigType.Text, "how") { IsRequired = true, Choices = ["key", "attribute", "list"] },
        new("accountAttribute", ConfigType.Text, "for `key` and `attribute`: the attribute of the account; `name` for its name"),
        new("authorityAttribute", ConfigType.Text, "for `attribute`: the attribute of the authority's account; the same unless set"),
        new("ignoreCase", ConfigType.Flag, "for `attribute`: whether upper and lower case are the same; false unless set"),
        new("accounts", ConfigType.TextMap, "for `list`: from the account's immutable key to that of the authority's account"),
    ];

    internal static readonly IReadOnlyList<ConfigKey> WitnessKeys =
    [
        new("address", ConfigType.Address, "where the witness takes checkpoints") { IsRequired = true },
        new("key", ConfigType.Text, "the witness's verifier key, `name+id+base64`") { IsRequired = true },
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, as it is named in messages.</param>
    public static ConfigReading Read(string path)
    {
        var reader = new ConfigReader(path);
        try
        {
            return Parse(path, System.IO.File.ReadAllText(path), reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ConfigReading.Bad([new("LS1001", path, 0, 0, string.Empty, $"cannot be read: {e.Message}")]);
        }
        catch (YamlException e)
        {
            return new ConfigReading.Bad(
                [new("LS1002", path, (int)e.Start.Line, (int)e.Start.Column, string.Empty,
                    "is not YAML here; look at the indentation and quotes")]);
        }
    }

    /// <summary>Says whether a system may be called so.</summary>
    internal static bool IsSystemName(string name) => SystemName().IsMatch(name) && name != "lockstep";

    private static ConfigReading Parse(string path, string text, ConfigReader reader)
    {
        var yaml = new YamlStream();
        using (var source = new StringReader(text))
        {
            yaml.Load(source);
        }

        if (yaml.Documents.Count != 1)
        {
            return new ConfigReading.Bad([new("LS1002", path, 0, 0, string.Empty, "expected one YAML document")]);
        }

        var top = reader.Read(yaml.Documents[0].RootNode, string.Empty, TopKeys);
        if (top.Number("version") is { } version && version != 1)
        {
            reader.Refuse("LS1005", top.Nodes["version"], "version", "expected 1, the only version there is");
        }

        var config = Build(path, top, reader);
        return reader.Problems.Count == 0 ? new ConfigReading.Good(config) : new ConfigReading.Bad(reader.Problems);
    }

    private static LockstepConfig Build(string path, ConfigValues top, ConfigReader reader)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        var server = Section(reader, top, "server", ServerKeys);
        var observe = Section(reader, top, "observe", ObserveKeys);
        var systems = ReadSystems(top, reader);
        var fallback = new LockstepConfig { DataFolder = Path.Combine(folder, "lockstep-data") };
        return fallback with
        {
            File = path,
            DataFolder = server?.FindText("data") ?? fallback.DataFolder,
            Listen = ReadListen(server, reader) ?? fallback.Listen,
            Systems = systems,
            Rules = ReadRules(top, [.. systems.Select(s => s.Name)], reader),
            Witnesses = ReadWitnesses(top, reader),
            PublicAddress = server?.FindAddress("publicAddress"),
            Policy = PolicyKeys.Read(folder, Section(reader, top, "policy", PolicyKeys.Keys)),
            ObserveEvery = observe?.Duration("every") ?? fallback.ObserveEvery,
            ObserveTimeout = observe?.Duration("timeout") ?? fallback.ObserveTimeout,
            ObserveParallel = observe?.Number("parallel") ?? fallback.ObserveParallel,
        };
    }

    private static ConfigValues? Section(ConfigReader reader, ConfigValues top, string name, IReadOnlyList<ConfigKey> keys) =>
        top.Nodes.TryGetValue(name, out var node) ? reader.Read(node, name, keys) : null;

    private static IPEndPoint? ReadListen(ConfigValues? server, ConfigReader reader)
    {
        if (server?.FindText("listen") is not { } text)
        {
            return null;
        }

        if (IPEndPoint.TryParse(text, out var endpoint) && text.Contains(':', StringComparison.Ordinal))
        {
            return endpoint;
        }

        reader.Refuse("LS1005", server.Nodes["listen"], "server.listen", "expected an address and port such as `127.0.0.1:7811`");
        return null;
    }

    private static List<SystemConfig> ReadSystems(ConfigValues top, ConfigReader reader)
    {
        var systems = new List<SystemConfig>();
        if (!top.Nodes.TryGetValue("systems", out var node))
        {
            return systems;
        }

        if (node is not YamlMappingNode mapping)
        {
            reader.Refuse("LS1005", node, "systems", "expected a mapping from a system's name to its settings");
            return systems;
        }

        foreach (var (nameNode, settings) in mapping.Children)
        {
            var name = (nameNode as YamlScalarNode)?.Value ?? string.Empty;
            var path = ConfigReader.Join("systems", name);
            if (!IsSystemName(name))
            {
                const string Shape =
                    "expected a name of lower-case letters, digits and `-`, beginning with a letter, at most 63 (and not `lockstep`)";
                reader.Refuse("LS1005", nameNode, path, Shape);
            }
            else if (ReadSystem(name, settings, path, reader) is { } system)
            {
                systems.Add(system);
            }
        }

        return systems;
    }

    private static SystemConfig? ReadSystem(string name, YamlNode settings, string path, ConfigReader reader)
    {
        var word = settings is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode("kind"), out var at)
            ? (at as YamlScalarNode)?.Value
            : null;
        if (SystemKind.All.FirstOrDefault(k => k.Word == word) is not { } kind)
        {
            var kinds = string.Join(", ", SystemKind.All.Select(k => $"`{k.Word}`"));
            reader.Refuse(word is null ? "LS1004" : "LS1005", settings, ConfigReader.Join(path, "kind"), $"expected one of {kinds}");
            return null;
        }

        var before = reader.Problems.Count;
        var values = reader.Read(settings, path, [.. SystemKind.CommonKeys, .. kind.Keys]);
        return reader.Problems.Count == before
            ? new SystemConfig(name, kind.Word, values.Flag("fingerprint", fallback: true), time => kind.Connect(name, values, time))
            {
                Canary = values.FindText("canary"),
                CanaryEvery = values.Duration("canaryEvery") ?? TimeSpan.FromHours(1),
            }
            : null;
    }

    private static CorrelationRules ReadRules(ConfigValues top, IReadOnlyList<string> systems, ConfigReader reader)
    {
        var authority = top.FindText("authority");
        if (authority is not null && !Known(top, authority))
        {
            reader.Refuse("LS1008", top.Nodes["authority"], "authority", $"expected the name of one of the systems: {Names(systems)}");
        }

        var rules = new List<CorrelationRule>();
        foreach (var (item, path) in Items(top, "match", reader))
        {
            var values = reader.Read(item, path, MatchKeys);
            if (values.FindText("system") is { } system && !Known(top, system))
            {
                reader.Refuse("LS1008", values.Nodes["system"], $"{path}.system",
                    $"expected the name of one of the systems: {Names(systems)}");
            }
            else if (values.FindText("system") is { } name && ReadRule(name, values, reader, item) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return new CorrelationRules { AuthoritySystem = authority, Rules = rules };
    }

    private static CorrelationRule? ReadRule(string system, ConfigValues values, ConfigReader reader, YamlNode at)
    {
        var by = values.FindText("by");
        if (by is "key" or "attribute" && values.FindText("accountAttribute") is null)
        {
            reader.Refuse("LS1004", at, $"{values.Path}.accountAttribute", $"is missing: a rule by {by} needs it");
            return null;
        }

        if (by == "list" && values.Map("accounts").Count == 0)
        {
            reader.Refuse("LS1004", at, $"{values.Path}.accounts", "is missing: a rule by list needs it");
            return null;
        }

        var attribute = values.Text("accountAttribute");
        return by switch
        {
            "key" => new CorrelationRule.ByKey(system, attribute),
            "attribute" => new CorrelationRule.ByAttribute(system, attribute, values.FindText("authorityAttribute") ?? attribute)
            {
                IgnoreCase = values.Flag("ignoreCase"),
            },
            "list" => new CorrelationRule.ByList(system, values.Map("accounts")),
            _ => null,
        };
    }

    private static List<WitnessConfig> ReadWitnesses(ConfigValues top, ConfigReader reader)
    {
        var witnesses = new List<WitnessConfig>();
        foreach (var (item, path) in Items(top, "witnesses", reader))
        {
            var values = reader.Read(item, path, WitnessKeys);
            if (values.FindText("key") is { } key && !VerifierKey.TryParse(key, out _))
            {
                reader.Refuse("LS1005", values.Nodes["key"], $"{path}.key", "expected a verifier key `name+id+base64`");
            }
            else if (values.FindText("key") is { } good && values.FindAddress("address") is { } address)
            {
                witnesses.Add(new(address, good));
            }
        }

        return witnesses;
    }

    private static IEnumerable<(YamlNode Item, string Path)> Items(ConfigValues top, string key, ConfigReader reader)
    {
        if (top.Nodes.TryGetValue(key, out var node) && node is not YamlSequenceNode)
        {
            reader.Refuse("LS1005", node, key, "expected a list");
        }

        return node is YamlSequenceNode list ? list.Children.Select((item, i) => (item, $"{key}[{i}]")) : [];
    }

    // A system that is named but wrong has its own problem; that it is not usable is not another one.
    private static bool Known(ConfigValues top, string name) =>
        top.Nodes.TryGetValue("systems", out var node) && node is YamlMappingNode map && map.Children.ContainsKey(new YamlScalarNode(name));

    private static string Names(IReadOnlyList<string> names) => names.Count == 0 ? "(none yet)"
        : string.Join(", ", names.Select(n => $"`{n}`"));

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex SystemName();
}
