using Lockstep.Secrets;
using YamlDotNet.RepresentationModel;

namespace Lockstep.Server.Config;

/// <summary>The values of one mapping of the configuration file, each already of its key's type.</summary>
internal sealed class ConfigValues(string path, IReadOnlyDictionary<string, object> values, IReadOnlyDictionary<string, YamlNode> nodes)
{
    /// <summary>Gets where the mapping stands.</summary>
    public string Path => path;

    /// <summary>Gets the YAML of the keys that were there, for positions and for nested reading.</summary>
    public IReadOnlyDictionary<string, YamlNode> Nodes => nodes;

    public string? FindText(string key) => values.GetValueOrDefault(key) as string;

    public string Text(string key) => FindText(key) ?? string.Empty;

    public Uri Address(string key) => (Uri)values[key];

    public Uri? FindAddress(string key) => values.GetValueOrDefault(key) as Uri;

    public int? Number(string key) => values.GetValueOrDefault(key) as int?;

    public bool Flag(string key, bool fallback = false) => values.GetValueOrDefault(key) as bool? ?? fallback;

    public TimeSpan? Duration(string key) => values.GetValueOrDefault(key) as TimeSpan?;

    public IReadOnlyList<string> List(string key) => values.GetValueOrDefault(key) as IReadOnlyList<string> ?? [];

    public IReadOnlyDictionary<string, string> Map(string key) =>
        values.GetValueOrDefault(key) as IReadOnlyDictionary<string, string> ?? new Dictionary<string, string>();

    public ISecretSource Secret(string key) => (ISecretSource)values[key];

    public ISecretSource? FindSecret(string key) => values.GetValueOrDefault(key) as ISecretSource;
}
