using System.Collections.Frozen;
using System.Text.Json;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Partial;
using Lockstep.Cedar.Values;
using Lockstep.Client;

namespace Lockstep.Server.Decisions;

/// <summary>Answers questions of which not all is known: which policies could apply, and what they would still need to know.</summary>
internal static class PartialQuestions
{
    private static readonly EntityUid Nobody = new("Unknown", string.Empty);

    // Whether a chain leads from subject to resource is known only when both and the action are.
    private static readonly FrozenSet<string> NeedsAll = FrozenSet.Create(StringComparer.Ordinal, "reaches");

    /// <summary>Reads and answers a question.</summary>
    /// <exception cref="QuestionException">It cannot be read.</exception>
    internal static PartialVerdict Answer(DecisionRound round, JsonElement body, Reach reach)
    {
        var reader = new QuestionReader(round);
        var ambiguous = new List<string>();
        var action = QuestionReader.Optional(body, "action") is { } named
            ? new EntityUid(EntityNames.ActionType, QuestionReader.ReadName(named)) : null;
        var (subject, subjectType) = Read(reader, body, "subject", action?.Id, ambiguous);
        var (resource, resourceType) = Read(reader, body, "resource", action?.Id, ambiguous);
        if (ambiguous.Count > 0)
        {
            throw new QuestionException(ambiguous[0].Split(':')[0], string.Join("; ", ambiguous));
        }

        var request = new PartialRequest
        {
            Principal = subject, PrincipalType = subjectType, Action = action, Resource = resource, ResourceType = resourceType,
            Context = QuestionReader.Optional(body, "context") is { } context ? reader.ReadContext(context, null, action ?? Nobody) : null,
            UnknownAttributes = subject is null || action is null || resource is null ? NeedsAll : FrozenSet<string>.Empty,
        };
        return Answer(round, request, reach);
    }

    private static PartialVerdict Answer(DecisionRound round, PartialRequest request, Reach reach)
    {
        var question = new Question(
            new AuthorizationRequest(
                request.Principal ?? Nobody, request.Action ?? Nobody, request.Resource ?? Nobody, request.Context ?? CedarRecord.Empty),
            CedarRecord.Empty, CedarRecord.Empty, []);
        var authorizer = round.Policies.Authorizer;
        var answer = new PartialAuthorizer(authorizer).Ask(request, round.EntitiesOf(question, reach));
        return new(
            answer.IsAllowed switch { true => "permit", false => "deny", _ => "unknown" },
            [.. answer.Policies.Select(p => new PossiblePolicyView(
                p.Policy.Id, VerdictWire.EffectOf(p.Policy), p.Policy.FindAnnotation("about"), p.Possibility.ToString().ToLowerInvariant(),
                p.Condition.ToString(), p.Needs))],
            authorizer.Policies.Policies.Length - answer.Policies.Length,
            round.At);
    }

    private static (EntityUid? Known, string? Type) Read(
        QuestionReader reader, JsonElement body, string place, string? action, List<string> ambiguous)
    {
        if (QuestionReader.Optional(body, place) is not { } json)
        {
            return default;
        }

        var type = QuestionReader.ReadType(json, place);
        return QuestionReader.Optional(json, "id") is null ? (null, type)
            : (reader.Resolve(QuestionReader.ReadEntity(json, place), place == "resource" ? action : null, place, ambiguous), type);
    }
}
