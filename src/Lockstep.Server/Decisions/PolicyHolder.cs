using System.Text.Json.Nodes;
using Lockstep.Cedar.Policies;
using Lockstep.Ledger;

namespace Lockstep.Server.Decisions;

/// <summary>Holds the policies that decide. A set that does not parse or validate never replaces them.</summary>
/// <threadsafety>Any number of threads may ask; loads follow one another.</threadsafety>
internal sealed class PolicyHolder : IDisposable
{
    private const int SaidMax = 50;
    private readonly PolicySource _source;
    private readonly ILedger _ledger;
    private readonly TimeProvider _time;
    private readonly Func<RunningPolicies, RunningPolicies?, PolicyProblem?> _refuse;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile LoadedPolicies? _loaded;

    /// <summary>Makes a holder; nothing is read yet.</summary>
    /// <param name="source">Where the policies come from.</param>
    /// <param name="ledger">The ledger that is told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="refuse">Says what is wrong with a sound set in place of the running one; <see langword="null"/> if nothing is.</param>
    public PolicyHolder(
        PolicySource source, ILedger ledger, TimeProvider time, Func<RunningPolicies, RunningPolicies?, PolicyProblem?>? refuse = null) =>
        (_source, _ledger, _time, _refuse) = (source, ledger, time, refuse ?? ((_, _) => null));

    /// <summary>Gets the files to watch for changes.</summary>
    public IEnumerable<string> Watched =>
        PolicyFiles.Expand(_source.Config).Append(_source.Config.Schema).Append(_source.Config.Entities).OfType<string>();

    /// <summary>Gets a value indicating whether there are files that can change.</summary>
    public bool HasFiles => _source.Config.Files.Count > 0;

    /// <summary>Gets the policies that decide.</summary>
    public RunningPolicies Current => Loaded.Policies;

    /// <summary>Gets the policies that decide, since when, and what was wrong with those that came after.</summary>
    public LoadedPolicies Loaded => _loaded ?? throw new InvalidOperationException("Bug in Lockstep: a decision before policies were read.");

    /// <summary>Reads texts in place of the policy files, as if they were to run; they do not.</summary>
    public PolicyReading Try(IReadOnlyDictionary<string, string> texts) => Read(_source with { Texts = texts });

    /// <summary>Reads the files; good ones replace the running policies, and the ledger names them before they decide.</summary>
    /// <param name="by">Who asked for it.</param>
    /// <param name="cancellationToken">Abandons waiting.</param>
    /// <returns>Everything that is wrong; empty if the set runs now.</returns>
    public async Task<IReadOnlyList<PolicyProblem>> LoadAsync(string by, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            switch (Read(_source))
            {
                case PolicyReading.Good { Policies: var policies }:
                    if (_loaded?.Policies.Digest != policies.Digest)
                    {
                        await SayAsync("loaded", by, Loading(policies, _loaded?.Policies), cancellationToken);
                        _loaded = new(policies, _time.GetUtcNow(), null, []);
                    }

                    _loaded = Loaded with { RefusedDigest = null, Problems = [] };
                    return [];
                case PolicyReading.Bad bad:
                    if (_loaded is { } running && running.RefusedDigest != bad.Digest)
                    {
                        await SayAsync("refused", by, Refusal(bad), cancellationToken);
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
        _ledger.AppendAsync([LedgerDraft.Of($"{_source.Word}.{kind}", by, said)], Durability.Intent, cancellationToken);

    private PolicyReading Read(PolicySource source)
    {
        var reading = PolicyFiles.Read(source);
        return reading is PolicyReading.Good { Policies: var next } && next.Digest != _loaded?.Policies.Digest
            && _refuse(next, _loaded?.Policies) is { } problem
            ? new PolicyReading.Bad(reading.Digest, [problem])
            : reading;
    }

    private JsonObject Loading(RunningPolicies policies, RunningPolicies? before)
    {
        var said = new JsonObject
        {
            ["digest"] = policies.Digest,
            ["policies"] = policies.Policies.Policies.Length,
            ["files"] = new JsonArray([.. policies.Files.Take(SaidMax).Select(f => (JsonNode)Path.GetFileName(f))]),
        };
        if (before is not null)
        {
            var change = PolicyChange.Between(before.Policies, policies.Policies);
            said["before"] = before.Digest;
            said["added"] = Ids(change.Added);
            said["removed"] = Ids(change.Removed);
            said["changed"] = Ids(change.Changed);
        }

        if (_source.IsTold)
        {
            said["text"] = new JsonArray([.. policies.Policies.Policies.Take(SaidMax).Select(p => (JsonNode)Short(p.ToString()))]);
        }

        return said;
    }

    private static JsonArray Ids(IEnumerable<Policy> policies) => [.. policies.Take(SaidMax).Select(p => (JsonNode)Short(p.Id))];

    private static JsonObject Refusal(PolicyReading.Bad bad) => new()
    {
        ["digest"] = bad.Digest,
        ["problems"] = new JsonArray([.. bad.Problems.Take(SaidMax).Select(p => (JsonNode)Short(p.ToString()))]),
    };

    private static string Short(string text) => text.Length > 1_000 ? text[..1_000] : text;
}

/// <summary>The policies that decide.</summary>
/// <param name="Policies">The set.</param>
/// <param name="Since">Since when it decides (UTC).</param>
/// <param name="RefusedDigest">The digest of newer files that cannot run, or <see langword="null"/>.</param>
/// <param name="Problems">What is wrong with them.</param>
internal sealed record LoadedPolicies(
    RunningPolicies Policies, DateTimeOffset Since, string? RefusedDigest, IReadOnlyList<PolicyProblem> Problems);
