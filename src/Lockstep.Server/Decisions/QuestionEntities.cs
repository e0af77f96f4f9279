using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Values;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>
/// The entities of one question: the graph's, those of the entities file, the schema's actions, and what the asker says of subject and
/// resource. Where the graph knows an entity, its own attributes come from the graph alone.
/// </summary>
/// <threadsafety>One decision at a time.</threadsafety>
internal sealed class QuestionEntities(GraphMoment graph, RunningPolicies policies, Question question, Reach reach) : IEntitySource
{
    private const string Reaches = "reaches";
    private readonly IEntitySource _actions = policies.Schema?.ActionEntities ?? policies.Entities;

    /// <summary>Gets whether a policy asked if the subject reaches the resource.</summary>
    public bool WasReachAsked { get; private set; }

    /// <summary>Gets the chain by which it does, if that was asked.</summary>
    public Chain? Chain { get; private set; }

    /// <summary>Gets what cut the search for it short, or <see langword="null"/>.</summary>
    public string? Limit { get; private set; }

    /// <inheritdoc/>
    public bool Contains(EntityUid entity) => SourceOf(entity).Contains(entity) || PropertiesOf(entity).Count > 0;

    /// <inheritdoc/>
    public bool TryGetAttribute(EntityUid entity, string name, out CedarValue value)
    {
        if (name == Reaches && entity.Equals(question.Request.Principal))
        {
            return TryGetReach(out value);
        }

        return SourceOf(entity).TryGetAttribute(entity, name, out value)
            || (PropertiesOf(entity).TryGet(name, out value) && !IsTheGraphs(entity, name, ref value));
    }

    /// <inheritdoc/>
    public bool TryGetTag(EntityUid entity, string name, out CedarValue value) => SourceOf(entity).TryGetTag(entity, name, out value);

    /// <inheritdoc/>
    public bool IsDescendant(EntityUid entity, EntityUid ancestor) => SourceOf(entity).IsDescendant(entity, ancestor);

    /// <inheritdoc/>
    public ReadOnlySpan<EntityUid> AncestorsOf(EntityUid entity) => SourceOf(entity).AncestorsOf(entity);

    private IEntitySource SourceOf(EntityUid entity) =>
        EntityNames.KindOf(entity.Type) is not null || entity.Type == EntityNames.SystemType ? graph
        : entity.Type == EntityNames.ActionType ? _actions
        : policies.Entities;

    private CedarRecord PropertiesOf(EntityUid entity) =>
        entity.Equals(question.Request.Principal) ? question.SubjectProperties
        : entity.Equals(question.Request.Resource) ? question.ResourceProperties
        : CedarRecord.Empty;

    private bool IsTheGraphs(EntityUid entity, string name, ref CedarValue value)
    {
        if (!NodeFacts.OwnNames.Contains(name) || EntityNames.KindOf(entity.Type) is null || !graph.Contains(entity))
        {
            return false;
        }

        value = default;
        return true;
    }

    private bool TryGetReach(out CedarValue value)
    {
        value = default;
        if (question is not { Subject: { } subject, Target: { } target })
        {
            return false;
        }

        if (!WasReachAsked)
        {
            Chain = reach.Find(subject, target, out var limit);
            (WasReachAsked, Limit) = (true, limit);
        }

        value = CedarValue.Of(Chain is not null);
        return true;
    }
}
