using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Values;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>One question, in the terms of policies, with what the asker adds to what is known.</summary>
/// <param name="Request">Who, what, on what, under which circumstances.</param>
/// <param name="SubjectProperties">What the asker says of the subject.</param>
/// <param name="ResourceProperties">What the asker says of the resource.</param>
/// <param name="Ambiguous">Names that fit several nodes, in sentences; then nothing is guessed and nothing permitted.</param>
internal sealed record Question(
    AuthorizationRequest Request, CedarRecord SubjectProperties, CedarRecord ResourceProperties, IReadOnlyList<string> Ambiguous)
{
    /// <summary>Gets the node that asks, or <see langword="null"/> if it is none of the graph's.</summary>
    public NodeId? Subject { get; } = EntityNames.TryParse(Request.Principal, out var id) ? id : null;

    /// <summary>Gets what would be reached, or <see langword="null"/> if it is none of the graph's.</summary>
    public AccessTarget? Target { get; } =
        EntityNames.TryParse(Request.Resource, out var id) ? new AccessTarget(id, Request.Action.Id) : null;
}

/// <summary>How a question, or a part of it, cannot be asked.</summary>
internal sealed class QuestionException(string place, string detail) : FormatException($"{place}: {detail}");
