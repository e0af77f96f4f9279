using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>
/// What one evaluation stands on: the request, the entities, and the fault it ended with. Reused, so that it costs nothing.
/// </summary>
internal sealed class EvaluationFrame
{
    private CedarRecord? _principal;
    private CedarRecord? _resource;

    public EntityUid Principal { get; private set; } = null!;

    public EntityUid Action { get; private set; } = null!;

    public EntityUid Resource { get; private set; } = null!;

    public CedarRecord Context { get; private set; } = CedarRecord.Empty;

    public IEntitySource Entities { get; private set; } = EntityStore.Empty;

    public EvaluationFault Fault { get; private set; }

    public void Begin(AuthorizationRequest request, IEntitySource entities)
    {
        Principal = request.Principal;
        Action = request.Action;
        Resource = request.Resource;
        Context = request.Context;
        Entities = entities;
        Fault = default;
        _principal = _resource = null;
    }

    public ReadOnlySpan<EntityUid> LookAtPrincipal() => Entities.Look(Principal, out _principal);

    public ReadOnlySpan<EntityUid> LookAtResource() => Entities.Look(Resource, out _resource);

    /// <summary>Finds an attribute; those of principal and resource, which are asked most, may have come with their ancestors.</summary>
    public bool TryGetAttribute(EntityUid entity, string name, out CedarValue value) =>
        ReferenceEquals(entity, Principal) && _principal is not null ? _principal.TryGet(name, out value)
        : ReferenceEquals(entity, Resource) && _resource is not null ? _resource.TryGet(name, out value)
        : Entities.TryGetAttribute(entity, name, out value);

    public bool Fail(EvaluationFaultKind kind, Expr at, CedarValue found, out CedarValue value)
    {
        Fault = new(kind, at, found);
        value = default;
        return false;
    }

    public void ClearFault() => Fault = default;

    /// <summary>Says whether an entity is, or is below, another.</summary>
    public bool IsIn(EntityUid entity, EntityUid ancestor) => entity.Equals(ancestor) || Entities.IsDescendant(entity, ancestor);
}
