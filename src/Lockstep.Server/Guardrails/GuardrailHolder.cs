using System.Text.Json.Nodes;
using Lockstep.Ledger;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Guardrails;

/// <summary>Holds the guardrails that run. A set that does not parse or validate never replaces them.</summary>
/// <threadsafety>Any number of threads may ask; loads follow one another.</threadsafety>
internal sealed class GuardrailHolder(LockstepConfig config, ILedger ledger, TimeProvider time) : IDisposable
{
    private const int SaidMax = 50;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile LoadedGuardrails? _loaded;

    /// <summary>Gets the guardrails that run.</summary>
    public GuardrailSet Current => Loaded.Set;

    /// <summary>Gets the guardrails that run, since when, and what was wrong with those that came after.</summary>
    public LoadedGuardrails Loaded => _loaded ?? new(GuardrailSet.None, time.GetUtcNow(), null, []);

    /// <summary>Reads the files; good ones replace those that run, and the ledger names them before they do.</summary>
    /// <param name="by">Who asked for it.</param>
    /// <param name="cancellationToken">Abandons waiting.</param>
    /// <returns>Everything that is wrong; empty if the set runs now.</returns>
    public async Task<IReadOnlyList<PolicyProblem>> LoadAsync(string by, CancellationToken cancellationToken)
    {
        if (config.Policy.Guardrails.Count == 0)
        {
            return [];
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var reading = GuardrailFiles.Read(config.Policy);
            if (reading is GuardrailReading.Bad bad)
            {
                await RefuseAsync(bad, by, cancellationToken);
                return bad.Problems;
            }

            var set = ((GuardrailReading.Good)reading).Set;
            if (_loaded?.Set.Digest != set.Digest)
            {
                await SayAsync("guardrails.loaded", by, Loading(set), cancellationToken);
                _loaded = new(set, time.GetUtcNow(), null, []);
            }

            _loaded = Loaded with { RefusedDigest = null, Problems = [] };
            return [];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task RefuseAsync(GuardrailReading.Bad bad, string by, CancellationToken cancellationToken)
    {
        if (_loaded is { } running && running.RefusedDigest != bad.Digest)
        {
            var problems = new JsonArray([.. bad.Problems.Take(SaidMax).Select(p => (JsonNode)Short(p.ToString()))]);
            await SayAsync("guardrails.refused", by, new() { ["digest"] = bad.Digest, ["problems"] = problems }, cancellationToken);
            _loaded = running with { RefusedDigest = bad.Digest, Problems = bad.Problems };
        }
    }

    private Task<LedgerReceipt> SayAsync(string kind, string by, JsonObject said, CancellationToken cancellationToken) =>
        ledger.AppendAsync([LedgerDraft.Of(kind, by, said)], Durability.Intent, cancellationToken);

    private static JsonObject Loading(GuardrailSet set) => new()
    {
        ["digest"] = set.Digest,
        ["guardrails"] = new JsonArray([.. set.Guardrails.Take(SaidMax).Select(g => (JsonNode)g.Id)]),
        ["count"] = set.Guardrails.Count,
    };

    private static string Short(string text) => text.Length > 500 ? text[..500] : text;
}

/// <summary>The guardrails that run.</summary>
/// <param name="Set">The set.</param>
/// <param name="Since">Since when it runs (UTC).</param>
/// <param name="RefusedDigest">The digest of newer files that cannot run, or <see langword="null"/>.</param>
/// <param name="Problems">What is wrong with them.</param>
internal sealed record LoadedGuardrails(
    GuardrailSet Set, DateTimeOffset Since, string? RefusedDigest, IReadOnlyList<PolicyProblem> Problems);
