using Lockstep.Cedar.Policies;
using Lockstep.Client;
using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>Writes verdicts as AuthZEN's answers.</summary>
internal static class VerdictWire
{
    internal static EvaluationAnswer Answer(DecisionRound round, Verdict verdict) => new(verdict.IsAllowed, new DecisionContext
    {
        Reason = WordOf(verdict.Reason),
        ReasonAdmin = new Dictionary<string, string> { ["en"] = Sentence(round, verdict) },
        Policies = NullIfNone(verdict.Policies.Select(p => new DecidingPolicy(p.Id, EffectOf(p), p.FindAnnotation("about")))),
        Errors = NullIfNone(verdict.Faults.Select(f => new PolicyError(f.Policy.Id, f.Fault.Message))),
        Chain = NullIfNone(verdict.Chain.Select(l => Link(round, l))),
        AsOf = round.At,
        LedgerSize = round.Picture.Estate.LedgerSize,
        PolicyDigest = round.Policies.Digest,
        Freshness = NullIfNone(verdict.Systems.Select(s => Freshness(round, s))),
        Unknown = NullIfNone(verdict.Unknown),
    });

    /// <summary>Gives the answer to a question of a batch that could not be asked.</summary>
    internal static EvaluationAnswer Refusal(QuestionException refusal) =>
        new(false, new DecisionContext { Error = new(400, refusal.Message) });

    internal static string WordOf(VerdictReason reason) => reason switch
    {
        VerdictReason.Permitted => "permitted",
        VerdictReason.Forbidden => "forbidden",
        VerdictReason.Unknown => "unknown",
        _ => "not_permitted",
    };

    internal static string EffectOf(Policy policy) => policy.Effect == Effect.Permit ? "permit" : "forbid";

    private static string Sentence(DecisionRound round, Verdict verdict)
    {
        var policies = string.Join(", ", verdict.Policies.Take(5).Select(p => $"`{p.Id}`"));
        var skipped = verdict.Faults.Count == 0 ? string.Empty : $"; {verdict.Faults.Count} policies could not be evaluated";
        return verdict.Reason switch
        {
            VerdictReason.Permitted => $"permitted by {policies}{skipped}",
            VerdictReason.Forbidden => $"forbidden by {policies}{skipped}",
            VerdictReason.Unknown => $"{policies} would permit it, but not all that this rests on is known{skipped}",
            _ => $"no policy permits it{NotKnown(round, verdict)}{skipped}",
        };
    }

    private static string NotKnown(DecisionRound round, Verdict verdict)
    {
        bool IsUnknown(NodeId? id) => id is not null && round.Picture.Estate.Find(id) is null && !round.Picture.Estate.Graph.Names(id);
        var (subject, resource) = (IsUnknown(verdict.Question.Subject), IsUnknown(verdict.Question.Target?.Resource));
        return subject || resource ? $"; {(subject ? "the subject" : "the resource")} is not known" : string.Empty;
    }

    private static ChainLink Link(DecisionRound round, Link link) => new(
        link.From.ToString(), NameOf(round, link.From), link.Kind.Word, link.To.ToString(), NameOf(round, link.To), link.Action,
        link.Source, link.Evidence, link.Validity.Until);

    private static string NameOf(DecisionRound round, NodeId id) => round.Picture.Estate.Find(id)?.Name ?? id.RawKey;

    private static SystemFreshness Freshness(DecisionRound round, string system)
    {
        var at = round.Picture.Systems[system].ObservedAt;
        return new(system, at, at is { } when ? Math.Round((round.At - when).TotalSeconds, 3) : null);
    }

    private static List<T>? NullIfNone<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } some ? some : null;
}
