using System.Diagnostics;
using System.Text.Json;

namespace Lockstep.Reconciliation.Findings;

/// <summary>
/// Which controls of which framework a finding touches: the data of <c>control-map.json</c>, which ships inside the product.
/// </summary>
public sealed class ControlMap
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, IReadOnlyList<string>>> _controls = new(StringComparer.Ordinal);

    private ControlMap(JsonElement root)
    {
        Frameworks = root.GetProperty("frameworks").EnumerateObject().ToDictionary(
            f => f.Name, f => f.Value.GetString()!, StringComparer.Ordinal);
        foreach (var finding in root.GetProperty("findings").EnumerateArray())
        {
            _controls.Add(
                finding.GetProperty("id").GetString()!,
                finding.EnumerateObject()
                    .Where(p => Frameworks.ContainsKey(p.Name) && p.Value.ValueKind == JsonValueKind.Array)
                    .ToDictionary(
                        p => p.Name, IReadOnlyList<string> (p) =>
                            [.. p.Value.EnumerateArray().Select(c => c.GetString()!)], StringComparer.Ordinal));
        }
    }

    /// <summary>Gets the map that ships with the product.</summary>
    public static ControlMap Shipped { get; } = Load();

    /// <summary>Gets the full names of the frameworks by their keys.</summary>
    public IReadOnlyDictionary<string, string> Frameworks { get; }

    /// <summary>Gets the ids of the entries.</summary>
    public IReadOnlyCollection<string> Ids => _controls.Keys;

    /// <summary>Gets the controls of an entry, by framework.</summary>
    /// <exception cref="KeyNotFoundException">There is no such entry.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Get(string id) => _controls[id];

    private static ControlMap Load()
    {
        using var stream = typeof(ControlMap).Assembly.GetManifestResourceStream("control-map.json")
            ?? throw new UnreachableException("Bug in Lockstep: the control map is not in the assembly.");
        using var json = JsonDocument.Parse(stream);
        return new ControlMap(json.RootElement);
    }
}
