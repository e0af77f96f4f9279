using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Values;
using Lockstep.Graph;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>
/// What guardrails are held to: the entities of the graph, and the actions that the guardrails themselves name, since connected systems
/// have their own words for actions.
/// </summary>
internal static class GuardrailSchema
{
    /// <summary>Makes the schema for guardrails that name these actions.</summary>
    internal static Schema For(IEnumerable<EntityUid> actions)
    {
        var asked = actions.Where(a => a.Type == EntityNames.ActionType && a.Id != GuardrailRule.Exists).Select(Quoted)
            .Append($"\"{AccessTarget.Read}\"").Distinct(StringComparer.Ordinal);
        var types = string.Join(", ", EntityNames.Types.Order(StringComparer.Ordinal));

        // What is asked about is reached, always; a guardrail that asks whether it is would never apply.
        var entities = PolicyFiles.ShippedSchema.Replace(" reaches?: Bool,", string.Empty, StringComparison.Ordinal);
        return Schema.Parse(
            $$"""
            {{entities}}
            action {{string.Join(", ", asked)}} appliesTo { principal: [Identity, Account], resource: [{{types}}], context: { direct: Bool } };
            action "{{GuardrailRule.Exists}}" appliesTo { principal: [Identity, Account], resource: [Identity, Account], context: { direct: Bool } };
            """);
    }

    private static string Quoted(EntityUid action) => action.ToString()[$"{EntityNames.ActionType}::".Length..];
}
