using System.Collections.Immutable;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>What validation found.</summary>
/// <param name="Errors">What makes the policies invalid.</param>
/// <param name="Warnings">What is likely not meant, but valid.</param>
public sealed record ValidationReport(ImmutableArray<CedarDiagnostic> Errors, ImmutableArray<CedarDiagnostic> Warnings)
{
    /// <summary>Gets a value indicating whether there is no error.</summary>
    public bool IsValid => Errors.IsEmpty;
}

/// <summary>
/// Checks policies against a schema, strictly: what passes cannot fail at evaluation but by overflow or a missing entity.
/// </summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class Validator(Schema schema)
{
    /// <summary>Checks every policy and template of a set.</summary>
    public ValidationReport Validate(PolicySet policies)
    {
        var errors = ImmutableArray.CreateBuilder<CedarDiagnostic>();
        var warnings = ImmutableArray.CreateBuilder<CedarDiagnostic>();
        foreach (var policy in policies.Policies.Where(policy => policy.TemplateId is null).Concat(policies.Templates))
        {
            var check = new PolicyCheck(schema, policy, policies.Source);
            check.Run();
            errors.AddRange(check.Errors);
            warnings.AddRange(check.Warnings);
        }

        foreach (var link in policies.Policies.Where(policy => policy.TemplateId is not null))
        {
            foreach (var (slot, uid) in link.SlotValues.Where(
                value => !Schema.IsActionType(value.Value.Type) && !schema.EntityTypes.ContainsKey(value.Value.Type)))
            {
                errors.Add(new("LS6040", $"`{slot}` of link `{link.Id}` is `{uid}`, whose type is not declared", 0, 0) { PolicyId =
                    link.Id });
            }
        }

        return new(errors.ToImmutable(), warnings.ToImmutable());
    }
}
