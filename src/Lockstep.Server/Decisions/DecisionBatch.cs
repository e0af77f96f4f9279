using System.Text.Json;
using Lockstep.Client;

namespace Lockstep.Server.Decisions;

/// <summary>Many questions in one request (AuthZEN's evaluations), answered from one picture at one instant.</summary>
internal sealed class DecisionBatch
{
    private const int ItemsMax = 1_000;
    private readonly JsonElement _body;
    private readonly JsonElement _items;
    private readonly bool? _endsWith;

    private DecisionBatch(JsonElement body, JsonElement items, bool? endsWith) => (_body, _items, _endsWith) = (body, items, endsWith);

    /// <summary>Reads a batch; <see langword="null"/> if there are no items, so that the body is one question.</summary>
    /// <exception cref="QuestionException">The envelope cannot be read.</exception>
    public static DecisionBatch? Read(JsonElement body)
    {
        var endsWith = ReadSemantic(body);
        if (QuestionReader.Optional(body, "evaluations") is not { } items)
        {
            return null;
        }

        if (items.ValueKind != JsonValueKind.Array)
        {
            throw new QuestionException("evaluations", "is not a list");
        }

        if (items.GetArrayLength() > ItemsMax)
        {
            throw new QuestionException("evaluations", $"holds more than {ItemsMax} questions");
        }

        foreach (var name in new[] { "subject", "action", "resource", "context" })
        {
            if (QuestionReader.Optional(body, name) is { ValueKind: not JsonValueKind.Object })
            {
                throw new QuestionException(name, "is not an object");
            }
        }

        return items.GetArrayLength() == 0 ? null : new(body, items, endsWith);
    }

    /// <summary>Answers the questions in order, up to the one that decides where the batch says so.</summary>
    public EvaluationsAnswer Answer(DecisionRound round, Reach reach, Action<Verdict> note)
    {
        var reader = new QuestionReader(round);
        var answers = new List<EvaluationAnswer>(_items.GetArrayLength());
        foreach (var item in _items.EnumerateArray())
        {
            answers.Add(Answer(round, reader, reach, item, note));
            if (answers[^1].Decision == _endsWith)
            {
                break;
            }
        }

        return new(answers);
    }

    private EvaluationAnswer Answer(DecisionRound round, QuestionReader reader, Reach reach, JsonElement item, Action<Verdict> note)
    {
        try
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw new QuestionException("evaluations", "holds an item that is not an object");
            }

            var verdict = round.Decide(reader.Read(item, _body), reach);
            note(verdict);
            return VerdictWire.Answer(round, verdict);
        }
        catch (QuestionException e)
        {
            return VerdictWire.Refusal(e);
        }
    }

    /// <summary>Reads which decision ends the batch; <see langword="null"/> if all are answered.</summary>
    private static bool? ReadSemantic(JsonElement body)
    {
        const string Place = "options.evaluations_semantic";
        if (QuestionReader.Optional(body, "options") is not { } options)
        {
            return null;
        }

        if (options.ValueKind != JsonValueKind.Object)
        {
            throw new QuestionException("options", "is not an object");
        }

        return QuestionReader.Optional(options, "evaluations_semantic") is not { } semantic ? null
            : semantic.ValueKind != JsonValueKind.String ? throw new QuestionException(Place, "is not a string")
            : semantic.GetString() switch
            {
                "execute_all" => null,
                "deny_on_first_deny" => false,
                "permit_on_first_permit" => true,
                _ => throw new QuestionException(Place, "is none of `execute_all`, `deny_on_first_deny`, `permit_on_first_permit`"),
            };
    }
}
