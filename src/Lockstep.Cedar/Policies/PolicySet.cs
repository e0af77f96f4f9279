using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Policies;

/// <summary>Policies, templates and links, each with an id of its own.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class PolicySet
{
    private PolicySet(ImmutableArray<Policy> policies, ImmutableArray<Policy> templates, SourceText? source)
    {
        Policies = policies;
        Templates = templates;
        Source = source;
    }

    /// <summary>Gets the policies that take part in decisions: static ones and links.</summary>
    public ImmutableArray<Policy> Policies { get; }

    /// <summary>Gets the templates; they decide nothing until linked.</summary>
    public ImmutableArray<Policy> Templates { get; }

    /// <summary>Gets the text that the set was parsed from, or <see langword="null"/>.</summary>
    public SourceText? Source { get; }

    /// <summary>Makes a set.</summary>
    /// <exception cref="CedarException">An id is used twice.</exception>
    public static PolicySet Of(IEnumerable<Policy> policies, SourceText? source = null)
    {
        var all = policies.ToList();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var policy in all)
        {
            if (!ids.Add(policy.Id))
            {
                throw new CedarException("LS6005", $"policy id `{policy.Id}` is used twice");
            }
        }

        return new([.. all.Where(p => !p.IsTemplate)], [.. all.Where(p => p.IsTemplate)], source);
    }

    /// <summary>Parses policies; their ids are <c>policy0</c>, <c>policy1</c>, ... in the order of the text.</summary>
    /// <exception cref="CedarException">With every fault found.</exception>
    public static PolicySet Parse(string text)
    {
        var source = new SourceText(text);
        return Of(PolicyBuilder.Build(source, PolicyParser.ParsePolicies(source)), source);
    }

    /// <summary>Parses policies; on failure tells every fault found.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PolicySet? policies, out IReadOnlyList<CedarDiagnostic> faults)
    {
        try
        {
            policies = Parse(text);
            faults = [];
            return true;
        }
        catch (CedarException fault)
        {
            policies = null;
            faults = fault.Diagnostics;
            return false;
        }
    }

    /// <summary>Parses one expression.</summary>
    /// <exception cref="CedarException">The text is not one expression.</exception>
    public static Expr ParseExpression(string text)
    {
        var source = new SourceText(text);
        return PolicyBuilder.BuildExpression(source, PolicyParser.ParseExpression(source));
    }

    /// <summary>Finds a policy or template by id.</summary>
    public Policy? Find(string id) => Policies.FirstOrDefault(p => p.Id == id) ?? Templates.FirstOrDefault(p => p.Id == id);

    /// <summary>Gives this set with one more link of a template.</summary>
    /// <param name="templateId">Which template.</param>
    /// <param name="newId">The link's own id.</param>
    /// <param name="values">An entity for each slot of the template, named <c>?principal</c> and <c>?resource</c>.</param>
    /// <exception cref="CedarException">There is no such template, the id is taken, or slots and values do not match.</exception>
    public PolicySet Link(string templateId, string newId, IReadOnlyDictionary<string, EntityUid> values)
    {
        var template = Templates.FirstOrDefault(t => t.Id == templateId)
            ?? throw new CedarException(
                "LS6006", $"there is no template `{templateId}`", Spelling.Hint(templateId, Templates.Select(t => t.Id)));
        return Of([.. Policies, .. Templates, Linked(template, newId, values)], Source);
    }

    private static Policy Linked(Policy template, string newId, IReadOnlyDictionary<string, EntityUid> values)
    {
        var wanted = new[] { template.Principal.HasSlot ? "?principal" : null, template.Resource.HasSlot ? "?resource" : null };
        foreach (var slot in wanted.OfType<string>().Where(slot => !values.ContainsKey(slot)))
        {
            throw new CedarException("LS6006", $"link `{newId}` gives no value for `{slot}` of template `{template.Id}`");
        }

        foreach (var slot in values.Keys.Where(slot => !wanted.Contains(slot)))
        {
            throw new CedarException("LS6006", $"link `{newId}` gives a value for `{slot}`, which template `{template.Id}` does not have");
        }

        return template with
        {
            Id = newId,
            TemplateId = template.Id,
            SlotValues = values.ToImmutableDictionary(),
            Principal = Filled(template.Principal, "?principal", values),
            Resource = Filled(template.Resource, "?resource", values),
        };
    }

    private static EntityScope Filled(EntityScope scope, string slot, IReadOnlyDictionary<string, EntityUid> values) =>
        scope.HasSlot ? scope with { Entity = values[slot], HasSlot = false } : scope;
}
