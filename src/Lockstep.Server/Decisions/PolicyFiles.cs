using System.Security.Cryptography;
using System.Text;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Lockstep.Server.Config;

namespace Lockstep.Server.Decisions;

/// <summary>Reads policies, schema and entities from their files: everything that is wrong with any of them at once.</summary>
internal sealed class PolicyFiles
{
    private const int FileBytesMax = 16 * 1024 * 1024;
    private readonly List<PolicyProblem> _problems = [];
    private readonly SHA256 _hash = SHA256.Create();

    private PolicyFiles()
    {
    }

    /// <summary>Gets the policy that runs where none is configured.</summary>
    internal static string ShippedPolicy { get; } = Shipped("shipped.cedar");

    /// <summary>Gets the schema of the entities that the graph answers for.</summary>
    internal static string ShippedSchema { get; } = Shipped("shipped.cedarschema");

    /// <summary>Reads what is configured.</summary>
    public static PolicyReading Read(PolicySource source)
    {
        var reader = new PolicyFiles();
        using (reader._hash)
        {
            return reader.ReadAll(source);
        }
    }

    /// <summary>Lists the policy files, those of folders in the order of their names.</summary>
    internal static IReadOnlyList<string> Expand(PolicyConfig config) =>
    [
        .. config.Files.SelectMany(file => Directory.Exists(file)
            ? Directory.EnumerateFiles(file, "*.cedar").Order(StringComparer.Ordinal)
            : Enumerable.Repeat(file, 1)),
    ];

    /// <summary>Reads a text that is part of the program.</summary>
    internal static string Shipped(string name)
    {
        using var text = new StreamReader(typeof(PolicyFiles).Assembly.GetManifestResourceStream(name)!);
        return text.ReadToEnd();
    }

    private PolicyReading ReadAll(PolicySource source)
    {
        var config = source.Config;
        var schema = source.OwnSchema is { } own ? Schema.Parse(own)
            : config.Schema is { } file && ReadText(file) is { } text ? Try(file, () => ReadSchema(file, text)) : null;
        var entities = config.Entities is { } known && ReadText(known) is { } json
            ? Try(known, () => ReadEntities(json, schema)) : EntityStore.Empty;
        var files = Expand(config);
        var policies = source.Texts is { } texts
            ? [.. texts.OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(t => ReadPolicies(t.Key, Hashed(t.Key, t.Value), schema))]
            : config.Files.Count == 0
            ? ReadPolicies(source.ShippedName, Hashed(source.ShippedName, source.ShippedPolicy), schema: null)
            : files.SelectMany(f => ReadText(f) is { } policy ? ReadPolicies(f, policy, schema) : []).ToList();
        RequireOwnIds(policies);

        _hash.TransformFinalBlock([], 0, 0);
        var digest = $"sha256:{Convert.ToHexStringLower(_hash.Hash!)}";
        return _problems.Count > 0
            ? new PolicyReading.Bad(digest, _problems)
            : new PolicyReading.Good(new(PolicySet.Of(policies.Select(p => p.Policy)), schema, entities!, digest, files));
    }

    private string? ReadText(string file)
    {
        try
        {
            if (new FileInfo(file).Length > FileBytesMax)
            {
                Refuse(file, new("LS6002", $"file is longer than {FileBytesMax} bytes", 0, 0));
                return null;
            }

            var bytes = File.ReadAllBytes(file);
            Hash(Path.GetFileName(file), bytes);
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            Refuse(file, new("LS6051", $"cannot be read: {e.Message}", 0, 0));
            return null;
        }
    }

    private string Hashed(string name, string text)
    {
        Hash(Path.GetFileName(name), Encoding.UTF8.GetBytes(text));
        return text;
    }

    private void Hash(string name, byte[] bytes)
    {
        foreach (var part in (byte[][])[Encoding.UTF8.GetBytes(name), BitConverter.GetBytes((long)bytes.Length), bytes])
        {
            _hash.TransformBlock(part, 0, part.Length, null, 0);
        }
    }

    private static Schema ReadSchema(string file, string text) =>
        Path.GetExtension(file) == ".json" ? Schema.ParseJson(text) : Schema.Parse($"{text}\n{ShippedSchema}");

    private static EntityStore ReadEntities(string json, Schema? schema)
    {
        var store = EntityJson.Read(json, schema);
        var taken = store.Entities.Where(e => e.Uid.Type == EntityNames.SystemType || EntityNames.KindOf(e.Uid.Type) is not null).ToList();
        return taken.Count == 0 ? store : throw new CedarException(
            "LS6081", $"entity `{taken[0].Uid}` has a type that the graph answers for", "what connected systems know does not belong here");
    }

    private List<(string File, Policy Policy)> ReadPolicies(string file, string text, Schema? schema)
    {
        if (!PolicySet.TryParse(text, out var set, out var faults))
        {
            _problems.AddRange(faults.Select(f => new PolicyProblem(file, f)));
            return [];
        }

        if (schema is not null)
        {
            _problems.AddRange(new Validator(schema).Validate(set).Errors.Select(f => new PolicyProblem(file, f)));
        }

        var name = Path.GetFileNameWithoutExtension(file);
        return [.. set.Policies.Select((p, i) => (file, p with { Id = p.FindAnnotation("id") is { Length: > 0 } id ? id : $"{name}#{i}" }))];
    }

    private void RequireOwnIds(IEnumerable<(string File, Policy Policy)> policies)
    {
        foreach (var same in policies.GroupBy(p => p.Policy.Id, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            var hint = $"also in {same.First().File}; give each its own `@id(\"...\")`";
            Refuse(same.Last().File, new("LS6005", $"policy id `{same.Key}` is used twice", 0, 0) { Hint = hint, PolicyId = same.Key });
        }
    }

    private T? Try<T>(string file, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (CedarException e)
        {
            _problems.AddRange(e.Diagnostics.Select(f => new PolicyProblem(file, f)));
            return null;
        }
    }

    private void Refuse(string file, CedarDiagnostic fault) => _problems.Add(new(file, fault));
}
