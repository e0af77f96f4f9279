using System.Collections.Immutable;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>Attributes, tags, hierarchy and type tests.</summary>
internal sealed partial class TypeChecker
{
    private Answer Is(Expr.Is test, ImmutableHashSet<string> known)
    {
        if (test.Within is not null)
        {
            return And(test with { Within = null }, new Expr.Binary(BinaryOperator.In, test.Operand, test.Within) { Span = test.Span },
                known);
        }

        var operand = Expect(test.Operand, known, CedarType.AnyEntity);
        return operand.Type is not CedarType.EntityType entity ? Answer.Wrong(CedarType.Bool)
            : Answer.Right(entity.Name is null ? CedarType.Bool : entity.Name == test.EntityType ? CedarType.True : CedarType.False).After(
                operand);
    }

    private Answer Has(Expr.Has has, ImmutableHashSet<string> known)
    {
        var operand = Expect(has.Operand, known, CedarType.AnyEntity, CedarType.RecordType.Empty);
        if (operand.Type is null)
        {
            return Answer.Wrong(CedarType.Bool);
        }

        var key = AttributeKey(has.Operand, has.Attribute);
        var attribute = Find(operand.Type, has.Attribute);
        if (attribute is null)
        {
            return Answer.Right(operand.Type is CedarType.EntityType { Name: null } ? CedarType.Bool : CedarType.False).After(operand);
        }

        // An entity need not be in the store, so only a record's required attribute is surely there.
        var isSure = known.Contains(key) || (attribute.IsRequired && operand.Type is CedarType.RecordType);
        return Answer.Right(isSure ? CedarType.True : CedarType.Bool, Answer.Nothing.Add(key)).After(operand);
    }

    private Answer Get(Expr.Get get, ImmutableHashSet<string> known)
    {
        var operand = Expect(get.Operand, known, CedarType.AnyEntity, CedarType.RecordType.Empty);
        if (operand.Type is null)
        {
            return Answer.Wrong(null);
        }

        if (Find(operand.Type, get.Attribute) is not { } attribute)
        {
            report(get.Span, $"`{operand.Type}` has no attribute `{get.Attribute}`, asked for {kind}", "a declared attribute",
                Spelling.Hint(get.Attribute, NamesOf(operand.Type)));
            return Answer.Wrong(null);
        }

        if (attribute.IsRequired || known.Contains(AttributeKey(get.Operand, get.Attribute)))
        {
            return Answer.Right(attribute.Type).After(operand);
        }

        report(get.Span, $"attribute `{get.Attribute}` is optional and may be missing", "a test before the attribute is read",
            $"write `{Brief(get.Operand)} has {get.Attribute} && ...` before it");
        return Answer.Wrong(attribute.Type);
    }

    private Answer Tag(Expr.Binary binary, ImmutableHashSet<string> known)
    {
        var isGet = binary.Operator == BinaryOperator.GetTag;
        var entity = Expect(binary.Left, known, CedarType.AnyEntity);
        var name = Expect(binary.Right, known, CedarType.String);
        if (entity.Type is not CedarType.EntityType type)
        {
            return Answer.Wrong(null);
        }

        var tags = type.Name is null ? null : schema.EntityTypes.GetValueOrDefault(type.Name)?.Tags;
        var key = $"tag {binary.Left} {binary.Right}";
        if (!isGet)
        {
            var isKnown = tags is null ? CedarType.False : known.Contains(key) ? CedarType.True : CedarType.Bool;
            return Answer.Right(isKnown, Answer.Nothing.Add(key)).After(entity, name);
        }

        if (known.Contains(key) && tags is not null)
        {
            return Answer.Right(tags).After(entity, name);
        }

        report(binary.Span, tags is null && known.Contains(key) ? $"entity type `{type}` has no tags"
            : $"tag {binary.Right} may be missing",
            "a test before the tag is read", $"write `{Brief(binary.Left)}.hasTag({binary.Right}) && ...` before it");
        return Answer.Wrong(null);
    }

    private Answer In(Expr left, Expr right, ImmutableHashSet<string> known)
    {
        var one = Expect(left, known, CedarType.AnyEntity);
        var two = Expect(right, known, new CedarType.SetType(CedarType.AnyEntity), CedarType.AnyEntity);
        if (!one.IsRight || !two.IsRight)
        {
            return Answer.Wrong(CedarType.Bool);
        }

        if (LiteralOf(left) is { Kind: CedarKind.Entity } value && Schema.IsActionType(value.AsEntity.Type)
            && LiteralEntities(right) is { } targets)
        {
            return ActionIn(value.AsEntity, targets);
        }

        var below = (one.Type as CedarType.EntityType)?.Name;
        var above = ((two.Type is CedarType.SetType set ? set.Element : two.Type) as CedarType.EntityType)?.Name;
        return Answer.Right(below is not null && above is not null && !schema.CanBeIn(below, above) ? CedarType.False : CedarType.Bool);
    }

    private Answer ActionIn(EntityUid action, List<EntityUid> targets)
    {
        var actions = targets.Where(target => Schema.IsActionType(target.Type)).ToList();
        if (actions.Any(target => !schema.Actions.ContainsKey(target)))
        {
            return Answer.Wrong(CedarType.Bool);
        }

        var isIn = actions.Any(target => target == action || schema.ActionEntities.IsDescendant(action, target));
        return Answer.Right(isIn ? CedarType.True : CedarType.False);
    }

    private List<EntityUid>? LiteralEntities(Expr expr)
    {
        var items = (expr as Expr.SetOf)?.Items.Select(LiteralOf).ToList() ?? [LiteralOf(expr)];
        return items.All(item => item is { Kind: CedarKind.Entity }) ? [.. items.Select(item => item!.Value.AsEntity)] : null;
    }

    private AttributeType? Find(CedarType type, string attribute) => AttributesOf(type)?.Attributes.GetValueOrDefault(attribute);

    private IEnumerable<string> NamesOf(CedarType type) => AttributesOf(type)?.Attributes.Keys ?? [];

    private CedarType.RecordType? AttributesOf(CedarType type) => type switch
    {
        CedarType.RecordType record => record,
        CedarType.EntityType { Name: { } name } => schema.EntityTypes.GetValueOrDefault(name)?.Attributes,
        _ => null,
    };

    private static string AttributeKey(Expr operand, string attribute) => $"attribute {operand} {attribute}";
}
