using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>Checks entities and requests against a schema.</summary>
public sealed class Conformance(Schema schema)
{
    /// <summary>Checks one entity.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="ancestors">Everything above it.</param>
    /// <exception cref="CedarException">It does not fit, with the place.</exception>
    public void Check(EntityFacts entity, ReadOnlySpan<EntityUid> ancestors)
    {
        // Actions are the schema's own; the reader has compared them.
        if (schema.Actions.ContainsKey(entity.Uid))
        {
            return;
        }

        if (!schema.EntityTypes.TryGetValue(entity.Uid.Type, out var definition))
        {
            throw Fault($"entity `{entity.Uid}` has a type that is not declared in the schema");
        }

        CheckId(entity.Uid);
        Require(CedarValue.Of(entity.Attributes), definition.Attributes, $"`{entity.Uid}`");
        foreach (ref readonly var tag in entity.Tags.Values)
        {
            Require(tag, definition.Tags ?? throw Fault($"`{entity.Uid}` has tags, but its type has none"), $"tag of `{entity.Uid}`");
        }

        foreach (var ancestor in ancestors)
        {
            if (!schema.CanBeIn(entity.Uid.Type, ancestor.Type)
                || (entity.Uid.Type == ancestor.Type && !CanNest(definition, ancestor.Type)))
            {
                throw Fault($"`{entity.Uid}` is in `{ancestor}`, which the schema does not allow");
            }

            CheckId(ancestor);
        }
    }

    /// <summary>Checks one request.</summary>
    /// <exception cref="CedarException">It does not fit, with the place.</exception>
    public void Check(AuthorizationRequest request)
    {
        if (!schema.Actions.TryGetValue(request.Action, out var action))
        {
            throw Fault($"action `{request.Action}` is not declared in the schema",
                Spelling.Hint(request.Action.Id, schema.Actions.Keys.Select(a => a.Id)));
        }

        CheckPart(request.Principal, action.Principals, "principal", action);
        CheckPart(request.Resource, action.Resources, "resource", action);
        Require(CedarValue.Of(request.Context), action.Context, "context");
    }

    private bool CanNest(EntityDefinition definition, string type) => definition.Parents.Any(parent => schema.CanBeIn(parent, type));

    private void CheckPart(EntityUid entity, IReadOnlyCollection<string> types, string part, ActionDefinition action)
    {
        if (!types.Contains(entity.Type))
        {
            throw Fault($"{part} `{entity}` does not fit action `{action.Uid}`", types.Count == 0 ? "the action applies to nothing"
                : $"it applies to {string.Join(", ", types.Select(type => $"`{type}`"))}");
        }

        CheckId(entity);
    }

    private void CheckId(EntityUid uid)
    {
        if (schema.EntityTypes.TryGetValue(uid.Type, out var definition) && definition.Ids is { } ids && !ids.Contains(uid.Id))
        {
            throw Fault($"`{uid}` is none of the ids of its type", Spelling.Hint(uid.Id, ids)
                ?? $"known ids: {string.Join(", ", ids.Take(8))}");
        }
    }

    private void Require(CedarValue value, CedarType type, string place)
    {
        switch (value.Kind, type)
        {
            case (CedarKind.Bool, CedarType.BoolType) or (CedarKind.Long, CedarType.LongType) or (CedarKind.String, CedarType.StringType):
                return;
            case (CedarKind.Entity, CedarType.EntityType entity) when entity.Name is null || entity.Name == value.AsEntity.Type:
                CheckId(value.AsEntity);
                return;
            case (CedarKind.Set, CedarType.SetType set):
                foreach (var item in value.AsSet)
                {
                    Require(item, set.Element!, $"element of {place}");
                }

                return;
            case (CedarKind.Record, CedarType.RecordType record):
                RequireRecord(value.AsRecord, record, place);
                return;
            case (_, CedarType.ExtensionType extension) when extension.Kind == value.Kind:
                return;
            default:
                throw Fault($"{place} is a {value.Kind.ToString().ToLowerInvariant()} and not a `{type}`");
        }
    }

    private void RequireRecord(CedarRecord record, CedarType.RecordType type, string place)
    {
        for (var i = 0; i < record.Count; i++)
        {
            var name = record.Names[i];
            var attribute = type.Attributes.GetValueOrDefault(name)
                ?? throw Fault($"{place} has an attribute `{name}` that its type does not have", Spelling.Hint(name, type.Attributes.Keys));
            Require(record.Values[i], attribute.Type, $"{place}.{name}");
        }

        if (type.Attributes.FirstOrDefault(a => a.Value.IsRequired && !record.TryGet(a.Key, out _)).Key is { } missing)
        {
            throw Fault($"{place} lacks the attribute `{missing}`");
        }
    }

    private static CedarException Fault(string message, string? hint = null) => new("LS6022", message, hint);
}
