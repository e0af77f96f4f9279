using System.Text.Json.Nodes;
using Lockstep.Ledger;
using Lockstep.Server.Config;

namespace Lockstep.Server.Decisions;

/// <summary>Holds the policies that decide. A set that does not parse or validate never replaces them.</summary>
/// <threadsafety>Any number of threads may ask; loads follow one another.</threadsafety>
internal sealed class PolicyHolder : IDisposable
{
    private const int SaidMax = 50;
    private readonly PolicyConfig _config;
    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile LoadedPolicies? _loaded;

    public PolicyHolder(LockstepConfig config, ILedger ledger, TimeProvider time) => (_config, _ledger, _time) = (config.Policy, ledger, time);

    /// <summary>Gets the policies that decide.</summary>
    public RunningPolicies Current => Loaded.Policies;

    /// <summary>Gets the policies that decide, since when, and what was wrong with those that came after.</summary>
    public LoadedPolicies Loaded => _loaded ?? throw new InvalidOperationException("Bug in Lockstep: a decision before policies were read.");

    /// <summary>Reads the files; good ones replace the running policies, and the ledger names them before they decide.</summary>
    /// <param name="by">Who asked for it.</param>
    /// <param name="cancellationToken">Abandons waiting.</param>
    /// <returns>Everything that is wrong; empty if the set runs now.</returns>
    public async Task<IReadOnlyList<PolicyProblem>> LoadAsync(string by, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            switch (PolicyFiles.Read(_config))
            {
                case PolicyReading.Good { Policies: var policies }:
                    if (_loaded?.Policies.Digest != policies.Digest)
                    {
                        await SayAsync("policy.loaded", by, Loading(policies), cancellationToken);
                        _loaded = new(policies, _time.GetUtcNow(), null, []);
                    }

                    _loaded = Loaded with { RefusedDigest = null, Problems = [] };
                    return [];
                case PolicyReading.Bad bad:
                    if (_loaded is { } running && running.RefusedDigest != bad.Digest)
                    {
                        await SayAsync("policy.refused", by, Refusal(bad), cancellationToken);
                        _loaded = running with { RefusedDigest = bad.Digest, Problems = bad.Problems };
                    }

                    return bad.Problems;
                default:
                    throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown reading.");
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private Task<LedgerReceipt> SayAsync(string kind, string by, JsonObject said, CancellationToken cancellationToken) =>
        _ledger.AppendAsync([LedgerDraft.Of(kind, by, said)], Durability.Intent, cancellationToken);

    private static JsonObject Loading(RunningPolicies policies) => new()
    {
        ["digest"] = policies.Digest,
        ["policies"] = policies.Policies.Policies.Length,
        ["files"] = new JsonArray([.. policies.Files.Take(SaidMax).Select(f => (JsonNode)Path.GetFileName(f))]),
    };

    private static JsonObject Refusal(PolicyReading.Bad bad) => new()
    {
        ["digest"] = bad.Digest,
        ["problems"] = new JsonArray([.. bad.Problems.Take(SaidMax).Select(p => (JsonNode)Short(p.ToString()))]),
    };

    private static string Short(string text) => text.Length > 500 ? text[..500] : text;
}

/// <summary>The policies that decide.</summary>
/// <param name="Policies">The set.</param>
/// <param name="Since">Since when it decides (UTC).</param>
/// <param name="RefusedDigest">The digest of newer files that cannot run, or <see langword="null"/>.</param>
/// <param name="Problems">What is wrong with them.</param>
internal sealed record LoadedPolicies(
    RunningPolicies Policies, DateTimeOffset Since, string? RefusedDigest, IReadOnlyList<PolicyProblem> Problems);
