using System.Globalization;
using System.Text;
using Lockstep.Client;
using Lockstep.Graph;

namespace Lockstep.Server.Guardrails;

/// <summary>Reads the texts of fact files as the facts of one system: everything that is wrong at once, each with file and line.</summary>
/// <param name="systemName">Whose facts they are.</param>
internal sealed class FactTexts(string systemName)
{
    private const int ProblemsMax = 50;
    private readonly FactReader _reader = new(systemName);
    private readonly Dictionary<FactKey, string> _stated = [];

    /// <summary>Gets what is wrong, each with its place; at most 50.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Reads one file's facts.</summary>
    public IReadOnlyList<Fact> Read(FactText file)
    {
        var facts = new List<Fact>();
        foreach (var (i, line) in file.Text.Split('\n').Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{file.Name}:{i + 1}");
            if (!string.IsNullOrWhiteSpace(line) && Read(file.Name, at, line) is { } fact)
            {
                facts.Add(fact);
            }
        }

        return facts;
    }

    private Fact? Read(string name, string at, string line)
    {
        if (!_reader.TryRead(Encoding.UTF8.GetBytes(line.TrimEnd('\r')), name, out var fact, out var problem))
        {
            return Refuse(at, "LS1102", problem.ToString());
        }

        if (fact is Fact.OfNode { Node.Id: var id } && (id.SystemName != systemName || NodeMatch.IsMatch(id)))
        {
            return Refuse(at, "LS1106", $"`node.id`: expected a node of this system by its key (`{systemName}/{id.Kind}/...`)");
        }

        return _stated.TryAdd(fact.Key, at)
            ? fact.Scope == name ? fact : fact with { Scope = $"{name}:{fact.Scope}" }
            : Refuse(at, "LS1107", $"expected something that {_stated[fact.Key]} does not state already");
    }

    private Fact? Refuse(string at, string code, string problem)
    {
        if (Problems.Count < ProblemsMax)
        {
            Problems.Add($"{at}: {code}: {problem}");
        }

        return null;
    }
}
