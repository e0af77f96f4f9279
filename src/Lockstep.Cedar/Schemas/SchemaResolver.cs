using System.Collections.Immutable;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Schemas;

/// <summary>Looks up the names of a written schema and refuses what does not fit together. Collects every fault.</summary>
internal sealed class SchemaResolver
{
    private static readonly string[] ReservedTypes = ["Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String"];
    private readonly SourceText? _source;
    private readonly SchemaNames _names;
    private readonly List<CedarDiagnostic> _faults = [];
    private readonly HashSet<(SourceSpan, string)> _seen = [];

    private SchemaResolver(SchemaSyntax syntax)
    {
        _source = syntax.Source;
        _names = new(syntax, Report);
    }

    public static Schema Resolve(SchemaSyntax syntax)
    {
        var resolver = new SchemaResolver(syntax);
        var entities = new List<EntityDefinition>();
        var actions = new List<ActionDefinition>();
        foreach (var space in syntax.Namespaces)
        {
            resolver.CheckCommonTypes(space);
            entities.AddRange(space.Entities.Select(entity => resolver.Entity(space, entity)));
            actions.AddRange(space.Actions.Select(action => resolver.Action(space, action)));
        }

        return resolver._faults.Count > 0 ? throw new CedarException(resolver._faults) : new(entities, actions);
    }

    private void CheckCommonTypes(NamespaceSyntax space)
    {
        foreach (var (name, type) in space.CommonTypes)
        {
            if (Array.IndexOf(ReservedTypes, name.Text) >= 0)
            {
                Report(name.Span, $"`{name.Text}` is a reserved type name", "another name", null);
            }

            Type(type, space.Name, [SchemaNames.Qualify(space.Name, name.Text)]);
        }
    }

    private EntityDefinition Entity(NamespaceSyntax space, EntitySyntax entity)
    {
        var name = SchemaNames.Qualify(space.Name, entity.Name.Text);
        if (entity.Name.Text == "Action")
        {
            Report(entity.Name.Span, "entity type `Action` is reserved for actions", "another name, or an `action` declaration", null);
        }

        return new(
            name,
            [.. entity.Parents.Select(parent => EntityName(parent, space.Name)).Distinct()],
            Record(entity.Shape, space.Name, "attributes of an entity type"),
            entity.Tags is null ? null : Type(entity.Tags, space.Name, []),
            entity.Ids is null ? null : [.. entity.Ids]);
    }

    private ActionDefinition Action(NamespaceSyntax space, ActionSyntax action) => new(
        new(SchemaNames.Qualify(space.Name, "Action"), action.Name.Text),
        [.. action.Parents.Select(parent => ActionUid(parent, space.Name)).Distinct()],
        [.. (action.Applies?.Principals ?? []).Select(type => EntityName(type, space.Name)).Distinct()],
        [.. (action.Applies?.Resources ?? []).Select(type => EntityName(type, space.Name)).Distinct()],
        Record(action.Applies?.Context, space.Name, "context of an action"));

    private EntityUid ActionUid((Named? Type, string Id, SourceSpan Span) parent, string space)
    {
        IEnumerable<EntityUid> candidates = parent.Type is { } type
            ? SchemaNames.Candidates(type.Text, space).Select(name => new EntityUid(name, parent.Id))
            : [new(SchemaNames.Qualify(space, "Action"), parent.Id), new("Action", parent.Id)];
        if (candidates.FirstOrDefault(_names.HasAction) is { } found)
        {
            return found;
        }

        Report(parent.Span, $"action `{parent.Id}` is not declared", "a declared action",
            Spelling.Hint(parent.Id, _names.ActionIds));
        return new("Action", parent.Id);
    }

    private string EntityName(Named name, string space)
    {
        if (SchemaNames.Candidates(name.Text, space).FirstOrDefault(_names.HasEntity) is { } found)
        {
            return found;
        }

        Report(name.Span, $"entity type `{name.Text}` is not declared", "a declared entity type",
            Spelling.Hint(name.Text, _names.EntityNames));
        return name.Text;
    }

    private CedarType.RecordType Record(TypeSyntax? syntax, string space, string what)
    {
        if (syntax is null)
        {
            return CedarType.RecordType.Empty;
        }

        var faults = _faults.Count;
        var type = Type(syntax, space, []);
        if (type is CedarType.RecordType record)
        {
            return record;
        }

        if (faults == _faults.Count)
        {
            Report(syntax.Span, $"{what} is a `{type}`", "a record", null);
        }

        return CedarType.RecordType.Empty;
    }

    private CedarType Type(TypeSyntax syntax, string space, ImmutableArray<string> open) => syntax switch
    {
        TypeSyntax.SetOf set => new CedarType.SetType(Type(set.Element, space, open)),
        TypeSyntax.RecordOf record => new CedarType.RecordType(record.Fields.ToImmutableSortedDictionary(
            field => field.Name.Text, field => new AttributeType(Type(field.Type, space, open), field.IsRequired), StringComparer.Ordinal)),
        TypeSyntax.Reference reference => Reference(reference, space, open),
        _ => throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown type syntax."),
    };

    private CedarType Reference(TypeSyntax.Reference reference, string space, ImmutableArray<string> open)
    {
        if (reference.Kind == ReferenceKind.BuiltIn)
        {
            return BuiltIn(reference.Name) ?? Unknown(reference);
        }

        foreach (var name in SchemaNames.Candidates(reference.Name, space))
        {
            if (reference.Kind != ReferenceKind.EntityOnly && _names.FindCommon(name) is { } common)
            {
                if (open.Contains(name))
                {
                    Report(reference.Span, $"type `{name}` is made of itself", "types without cycles",
                        "what refers to its own kind is an entity type: `entity Folder { parent?: Folder }`");
                    return CedarType.Never;
                }

                return Type(common.Type, common.Space, open.Add(name));
            }

            if (reference.Kind != ReferenceKind.CommonOnly && _names.HasEntity(name))
            {
                return new CedarType.EntityType(name);
            }
        }

        var plain = reference.Name.StartsWith("__cedar::", StringComparison.Ordinal) ? reference.Name["__cedar::".Length..]
            : reference.Name;
        return (reference.Kind == ReferenceKind.EntityOnly ? null : BuiltIn(plain)) ?? Unknown(reference);
    }

    private CedarType Unknown(TypeSyntax.Reference reference)
    {
        Report(reference.Span, $"type `{reference.Name}` is not declared", "a common type, an entity type or a built-in type",
            Spelling.Hint(reference.Name, _names.EntityNames.Concat(_names.CommonNames).Concat(
                ["Bool", "Long", "String", "Set", "decimal", "ipaddr", "datetime", "duration"])));
        return CedarType.Never;
    }

    private static CedarType? BuiltIn(string name) => name switch
    {
        "Bool" => CedarType.Bool,
        "Long" => CedarType.Long,
        "String" => CedarType.String,
        "decimal" => new CedarType.ExtensionType(CedarKind.Decimal),
        "ipaddr" => new CedarType.ExtensionType(CedarKind.Ip),
        "datetime" => new CedarType.ExtensionType(CedarKind.Datetime),
        "duration" => new CedarType.ExtensionType(CedarKind.Duration),
        _ => null,
    };

    private void Report(SourceSpan span, string message, string? expected, string? hint)
    {
        if (!_seen.Add((span, message)))
        {
            return;
        }

        var fault = _source is null || span == default ? new CedarDiagnostic("LS6031", message, 0, 0)
            : CedarDiagnostic.At(_source, span, "LS6031", message);
        _faults.Add(fault with { Expected = expected, Hint = hint });
    }
}
