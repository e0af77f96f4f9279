using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Validation;

/// <summary>Checks one policy for every kind of request that the schema allows.</summary>
internal sealed class PolicyCheck(Schema schema, Policy policy, SourceText? source)
{
    private readonly HashSet<(SourceSpan, string)> _seen = [];

    public List<CedarDiagnostic> Errors { get; } = [];

    public List<CedarDiagnostic> Warnings { get; } = [];

    public void Run()
    {
        CheckNames();
        var applies = false;
        foreach (var action in schema.Actions.Values.OrderBy(action => action.Uid.ToString(), StringComparer.Ordinal))
        {
            foreach (var kind in from p in action.Principals from r in action.Resources select new RequestKind(action, p, r))
            {
                applies |= Slots(policy.Principal, kind.Principal).Any(
                    p => Slots(policy.Resource, kind.Resource).Any(r => CanApply(kind, p, r)));
            }
        }

        if (!applies)
        {
            Warnings.Add(At(policy.Span, "LS6042", "policy never applies to any request of the schema") with { IsWarning = true });
        }
    }

    private bool CanApply(RequestKind kind, string principalSlot, string resourceSlot)
    {
        var checker = new TypeChecker(schema, kind, Report);
        var scope = new ScopeTypes(schema, policy, kind);
        if (!scope.CanMatchPrincipal(principalSlot))
        {
            return false;
        }

        CheckActionList();
        if (!scope.CanMatchAction() || !scope.CanMatchResource(resourceSlot))
        {
            return false;
        }

        var known = Answer.Nothing;
        var canBeTrue = true;
        foreach (var condition in policy.Conditions)
        {
            var body = condition.IsUnless ? new Expr.Unary(UnaryOperator.Not, condition.Body) { Span = condition.Body.Span }
                : condition.Body;
            var answer = checker.ExpectBool(body, known);
            if (answer.Type is CedarType.BoolType { Only: false })
            {
                canBeTrue = false;
                break;
            }

            known = known.Union(answer.Known);
        }

        return canBeTrue;
    }

    // The list of the scope is a set like any other, so it needs one type.
    private void CheckActionList()
    {
        var list = policy.Action;
        if (list.Kind == ScopeKind.In && list.Actions.IsEmpty)
        {
            Report(list.Span, "an empty set has no type", "at least one action", "leave `in []` out to mean every action");
        }
        else if (list.Actions.Select(action => action.Type).Distinct().Skip(1).Any())
        {
            Report(list.Span, "actions of different namespaces stand in one list", "actions of one type",
                "write one policy for each namespace");
        }
    }

    // A slot can be linked to any type that the variable can be in, or equals.
    private IEnumerable<string> Slots(EntityScope scope, string variable) => !scope.HasSlot || scope.Kind == ScopeKind.Equal ? [variable]
        : schema.EntityTypes.Keys.Where(type => type == variable || schema.CanBeIn(variable, type));

    private void CheckNames()
    {
        foreach (var (uid, type, span) in new NamesIn(policy).All())
        {
            if (Schema.IsActionType(type))
            {
                if (uid is not null && !schema.Actions.ContainsKey(uid))
                {
                    Report(span, $"action `{uid}` is not declared", "an action of the schema", ActionHint(uid));
                }
            }
            else if (!schema.EntityTypes.TryGetValue(type, out var definition))
            {
                Report(span, $"entity type `{type}` is not declared", "an entity type of the schema",
                    Spelling.Hint(type, schema.EntityTypes.Keys));
            }
            else if (uid is not null && definition.Ids is { } ids && !ids.Contains(uid.Id))
            {
                Report(span, $"`{uid}` is none of the ids of its type", string.Join(", ", ids.Take(8).Select(id => $"`{type}::\"{id}\"`")),
                    Spelling.Hint(uid.Id, ids));
            }
        }
    }

    private string? ActionHint(EntityUid uid) =>
        Spelling.Nearest(uid.ToString(), schema.Actions.Keys.Select(action => action.ToString())) is { } near ? $"did you mean `{near}`?"
            : schema.Actions.Keys.FirstOrDefault(action => action.Id == uid.Id) is { } same ? $"did you mean `{same}`?" : null;

    private void Report(SourceSpan span, string message, string? expected, string? hint)
    {
        if (_seen.Add((span, message)))
        {
            Errors.Add(At(span, "LS6041", message) with { Expected = expected, Hint = hint });
        }
    }

    private CedarDiagnostic At(SourceSpan span, string code, string message) =>
        (source is null ? new CedarDiagnostic(code, message, 0, 0)
            : CedarDiagnostic.At(source, span, code, message)) with { PolicyId = policy.Id };
}
