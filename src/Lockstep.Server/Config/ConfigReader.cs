using System.Globalization;
using Lockstep.Secrets;
using YamlDotNet.RepresentationModel;

namespace Lockstep.Server.Config;

/// <summary>Reads mappings of a configuration file by their tables of keys, and collects everything that is wrong.</summary>
internal sealed class ConfigReader(string file)
{
    private readonly List<ConfigProblem> _problems = [];
    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? "/";

    public IReadOnlyList<ConfigProblem> Problems => _problems;

    public void Refuse(string code, YamlNode? at, string key, string expected) =>
        _problems.Add(new(code, file, (int)(at?.Start.Line ?? 0), (int)(at?.Start.Column ?? 0), key, expected));

    /// <summary>Reads a mapping; unknown, missing and ill-typed keys are problems, and what is left is still given.</summary>
    public ConfigValues Read(YamlNode node, string path, IReadOnlyList<ConfigKey> keys)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var nodes = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        if (node is not YamlMappingNode mapping)
        {
            Refuse("LS1005", node, path, $"expected a mapping with the keys {Names(keys)}");
            return new(path, values, nodes);
        }

        foreach (var (keyNode, value) in mapping.Children)
        {
            var name = (keyNode as YamlScalarNode)?.Value ?? string.Empty;
            if (keys.FirstOrDefault(k => k.Name == name) is not { } key)
            {
                Refuse("LS1003", keyNode, Join(path, name), $"is not a key here; known here are {Names(keys)}");
                continue;
            }

            nodes[name] = value;
            if (key.Type != ConfigType.Nested && ReadValue(key, value, Join(path, name)) is { } read)
            {
                values[name] = read;
            }
        }

        foreach (var missing in keys.Where(k => k.IsRequired && !nodes.ContainsKey(k.Name)))
        {
            Refuse("LS1004", node, Join(path, missing.Name), $"is missing: {missing.About}");
        }

        return new(path, values, nodes);
    }

    public static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Names(IReadOnlyList<ConfigKey> keys) => string.Join(", ", keys.Select(k => $"`{k.Name}`"));

    private object? ReadValue(ConfigKey key, YamlNode node, string path)
    {
        switch (key.Type)
        {
            case ConfigType.Secret:
                return ReadSecret(node, path);
            case ConfigType.TextList:
                return ReadList(node, path);
            case ConfigType.TextMap:
                return ReadMap(node, path);
        }

        if (node is not YamlScalarNode { Value: { Length: > 0 } text })
        {
            Refuse("LS1005", node, path, $"expected {Shape(key)}");
            return null;
        }

        var value = ReadScalar(key, text);
        if (value is null)
        {
            Refuse("LS1005", node, path, $"expected {Shape(key)}");
        }

        return value;
    }

    private object? ReadScalar(ConfigKey key, string text) => key.Type switch
    {
        ConfigType.Text when key.Choices.Count > 0 => key.Choices.Contains(text) ? text : null,
        ConfigType.Text => text,
        ConfigType.Address => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0 && !uri.IsFile
            && (key.Schemes.Count == 0 || key.Schemes.Contains(uri.Scheme))
            ? uri
            : null,
        ConfigType.Path => Path.GetFullPath(text, _folder),
        ConfigType.Number => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            && number <= key.Max
            ? number
            : null,
        ConfigType.Integer => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= -1 ? number : null,
        ConfigType.Flag => text switch { "true" => true, "false" => false, _ => null },
        ConfigType.Duration => ReadDuration(text),
        _ => null,
    };

    private static string Shape(ConfigKey key) => key.Type switch
    {
        ConfigType.Text when key.Choices.Count > 0 => $"one of {string.Join(", ", key.Choices.Select(c => $"`{c}`"))}",
        ConfigType.Text => "a text",
        ConfigType.Address when key.Schemes.Count > 0 =>
            $"an address that begins with {string.Join(" or ", key.Schemes.Select(s => $"`{s}://`"))}, without a user or password in it",
        ConfigType.Address => "an address such as `https://host:port`, without a user or password in it",
        ConfigType.Path => "a path",
        ConfigType.Number when key.Max != int.MaxValue =>
            string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {key.Max}"),
        ConfigType.Number => "a whole number from 1",
        ConfigType.Integer => "a whole number from -1",
        ConfigType.Flag => "`true` or `false`",
        ConfigType.Duration => "a length of time such as `30s`, `5m`, `12h` or `7d`",
        _ => key.About,
    };

    private static object? ReadDuration(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count == 0)
        {
            return null;
        }

        return text[^1] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => null,
        };
    }

    private List<string>? ReadList(YamlNode node, string path)
    {
        if (node is YamlSequenceNode list && list.Children.All(c => c is YamlScalarNode { Value.Length: > 0 }))
        {
            return [.. list.Children.Select(c => ((YamlScalarNode)c).Value!)];
        }

        Refuse("LS1005", node, path, "expected a list of texts");
        return null;
    }

    private Dictionary<string, string>? ReadMap(YamlNode node, string path)
    {
        if (node is YamlMappingNode map && map.Children.All(c => c is { Key: YamlScalarNode, Value: YamlScalarNode { Value.Length: > 0 } }))
        {
            return map.Children.ToDictionary(
                c => ((YamlScalarNode)c.Key).Value!, c => ((YamlScalarNode)c.Value).Value!, StringComparer.Ordinal);
        }

        Refuse("LS1005", node, path, "expected a mapping from text to text");
        return null;
    }

    private ISecretSource? ReadSecret(YamlNode node, string path)
    {
        const string Shapes = "`{ env: NAME }`, `{ file: PATH }` or `{ command: [PROGRAM, ARGUMENT] }`";
        if (node is YamlScalarNode)
        {
            // Never repeat what stands there: it is a secret in a place where it should not be.
            Refuse("LS1006", node, path, $"a secret does not belong in this file; name where it is: {Shapes}");
            return null;
        }

        if (node is YamlMappingNode { Children.Count: 1 } map && map.Children[0] is { Key: YamlScalarNode { Value: { } word } } only)
        {
            switch (word, only.Value)
            {
                case ("env", YamlScalarNode { Value: { Length: > 0 } name }):
                    return new EnvironmentSecret(name);
                case ("file", YamlScalarNode { Value: { Length: > 0 } name }):
                    return new FileSecret(Path.GetFullPath(name, _folder));
                case ("command", YamlSequenceNode { Children.Count: > 0 } parts) when parts.Children.All(p => p is YamlScalarNode):
                    return new CommandSecret([.. parts.Children.Select(p => ((YamlScalarNode)p).Value ?? string.Empty)], _folder);
            }
        }

        Refuse("LS1006", node, path, $"expected {Shapes}");
        return null;
    }
}
