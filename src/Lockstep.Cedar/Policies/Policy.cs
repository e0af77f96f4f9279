using System.Collections.Immutable;
using Lockstep.Cedar.Formatting;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Policies;

/// <summary>What a policy does when it applies.</summary>
public enum Effect
{
    /// <summary>Allows, unless something forbids.</summary>
    Permit,

    /// <summary>Forbids, whatever permits.</summary>
    Forbid,
}

/// <summary>One policy, or a template when its scope has a slot.</summary>
public sealed record Policy
{
    /// <summary>Gets the id, unique in its set.</summary>
    public required string Id { get; init; }

    /// <summary>Gets whether it permits or forbids.</summary>
    public required Effect Effect { get; init; }

    /// <summary>Gets the annotations in the order of the text; a value is empty where none was given.</summary>
    public required ImmutableArray<Annotation> Annotations { get; init; }

    /// <summary>Gets which principals it is about.</summary>
    public required EntityScope Principal { get; init; }

    /// <summary>Gets which actions it is about.</summary>
    public required ActionScope Action { get; init; }

    /// <summary>Gets which resources it is about.</summary>
    public required EntityScope Resource { get; init; }

    /// <summary>Gets the conditions in order.</summary>
    public required ImmutableArray<Condition> Conditions { get; init; }

    /// <summary>Gets the template this was linked from, or <see langword="null"/>.</summary>
    public string? TemplateId { get; init; }

    /// <summary>Gets what the slots were linked to; empty for a policy that is not a link.</summary>
    public ImmutableDictionary<string, EntityUid> SlotValues { get; init; } = ImmutableDictionary<string, EntityUid>.Empty;

    /// <summary>Gets where the policy stands in its text.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>Gets a value indicating whether the scope has a slot, so that it only applies once linked.</summary>
    public bool IsTemplate => Principal.HasSlot || Resource.HasSlot;

    /// <summary>Finds the value of an annotation.</summary>
    public string? FindAnnotation(string name) => Annotations.FirstOrDefault(a => a.Name == name)?.Value;

    /// <summary>Lists every entity that the scope or a condition names.</summary>
    public IEnumerable<EntityUid> EntitiesNamed() => new NamesIn(this).All().Select(n => n.Uid).OfType<EntityUid>();

    /// <summary>Writes the policy in the policy language.</summary>
    public override string ToString() => ExprWriter.Write(this);
}

/// <summary>An annotation <c>@Name("Value")</c>.</summary>
/// <param name="HasValue">Whether the text gave a value; without one the value is empty.</param>
public sealed record Annotation(string Name, string Value, bool HasValue = true);

/// <summary>A <c>when</c> or <c>unless</c> condition.</summary>
public sealed record Condition(bool IsUnless, Expr Body)
{
    /// <summary>Gets where the condition stands in its text.</summary>
    public SourceSpan Span { get; init; }
}
