using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Schemas;

/// <summary>The names a written schema declares, and the order in which a short name is looked up.</summary>
internal sealed class SchemaNames
{
    private readonly Dictionary<string, (TypeSyntax Type, string Space)> _common = new(StringComparer.Ordinal);
    private readonly HashSet<string> _entities = new(StringComparer.Ordinal);
    private readonly HashSet<EntityUid> _actions = [];

    public SchemaNames(SchemaSyntax syntax, Action<SourceSpan, string, string?, string?> report)
    {
        var spaces = new HashSet<string>(StringComparer.Ordinal);
        foreach (var space in syntax.Namespaces)
        {
            if (!spaces.Add(space.Name))
            {
                report(space.Span, $"namespace `{space.Name}` is declared twice", "each namespace once", null);
            }

            Collect(space, report);
        }

        foreach (var space in syntax.Namespaces.Where(space => space.Name.Length > 0))
        {
            ReportShadows(space, report);
        }
    }

    public IEnumerable<string> EntityNames => _entities;

    public IEnumerable<string> CommonNames => _common.Keys;

    public IEnumerable<string> ActionIds => _actions.Select(action => action.Id);

    public static string Qualify(string space, string name) => space.Length == 0 ? name : $"{space}::{name}";

    /// <summary>Lists what a name can mean, first the namespace's own.</summary>
    public static IEnumerable<string> Candidates(string name, string space) =>
        space.Length == 0 || name.Contains("::", StringComparison.Ordinal) ? [name] : [Qualify(space, name), name];

    public bool HasEntity(string name) => _entities.Contains(name)
        || (Schema.IsActionType(name) && _actions.Any(action => action.Type == name));

    public bool HasAction(EntityUid uid) => _actions.Contains(uid);

    public (TypeSyntax Type, string Space)? FindCommon(string name) => _common.TryGetValue(name, out var found) ? found : null;

    private void Collect(NamespaceSyntax space, Action<SourceSpan, string, string?, string?> report)
    {
        foreach (var (name, type) in space.CommonTypes)
        {
            if (!_common.TryAdd(Qualify(space.Name, name.Text), (type, space.Name)))
            {
                report(name.Span, $"type `{name.Text}` is declared twice", "each type once", null);
            }
        }

        foreach (var entity in space.Entities)
        {
            if (!_entities.Add(Qualify(space.Name, entity.Name.Text)))
            {
                report(entity.Name.Span, $"entity type `{entity.Name.Text}` is declared twice", "each entity type once", null);
            }
        }

        foreach (var action in space.Actions)
        {
            if (!_actions.Add(new(Qualify(space.Name, "Action"), action.Name.Text)))
            {
                report(action.Name.Span, $"action `{action.Name.Text}` is declared twice", "each action once", null);
            }
        }
    }

    private void ReportShadows(NamespaceSyntax space, Action<SourceSpan, string, string?, string?> report)
    {
        const string Hint = "rename one of them, or move the one without namespace into a namespace";
        foreach (var name in space.CommonTypes.Select(type => type.Name).Concat(space.Entities.Select(entity => entity.Name)))
        {
            if (_entities.Contains(name.Text) || _common.ContainsKey(name.Text))
            {
                report(name.Span, $"type `{name.Text}` of namespace `{space.Name}` hides the one without namespace", "a name of its own",
                    Hint);
            }
        }

        foreach (var action in space.Actions.Where(action => _actions.Contains(new("Action", action.Name.Text))))
        {
            report(action.Name.Span, $"action `{action.Name.Text}` of namespace `{space.Name}` hides the one without namespace",
                "a name of its own", Hint);
        }
    }
}
