using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Revocation;
using Lockstep.Testing.Ledger;
using Lockstep.Testing.Reconciliation;

namespace Lockstep.Testing.Revocation;

/// <summary>
/// The world of a case over real systems: observed by their connectors as the server does it, people from a made-up authority.
/// </summary>
/// <param name="connectors">The connected systems.</param>
/// <param name="accounts">From an account's system and immutable key to the person whose it is.</param>
public sealed class RealWorld(IReadOnlyList<IConnector> connectors, params (string System, string Key, string Person)[] accounts)
    : ICaseWorld, IDisposable
{
    public const string Authority = "people";
    private readonly SemaphoreSlim _turn = new(1);
    private readonly FoldedLab _lab = MakeLab(accounts);

    public IEstate Estate => _lab.Estate;

    public IReadOnlyDictionary<string, IConnector> Connectors { get; } = connectors.ToDictionary(c => c.SystemName);

    public static NodeId Person(string name) => NodeId.Of(Authority, NodeKinds.Identity, name);

    public Task<IEstate> ObserveAsync(CancellationToken cancellationToken) => ObserveAsync([.. Connectors.Keys], cancellationToken);

    public async Task<IEstate> ObserveAsync(IReadOnlyCollection<string> systemNames, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            foreach (var name in systemNames)
            {
                var seen = new List<Observation>();
                await foreach (var observation in ((IObserveAccess)Connectors[name]).ObserveAsync(null, cancellationToken))
                {
                    seen.Add(observation);
                }

                _lab.Now = TimeProvider.System.GetUtcNow();
                _lab.Run(name, [.. seen], Connectors[name].SystemKind);
            }

            return Estate;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs a case about a person to its end.</summary>
    public async Task<CaseView> OffboardAsync(string person)
    {
        using var ledger = new MemoryLedger(TimeProvider.System);
        var options = new CaseOptions { RetryDelay = TimeSpan.FromMilliseconds(100), AttemptsMax = 4, CacheMargin = TimeSpan.Zero };
        await using var cases = new Cases(this, ledger, new CaseBook(), options, TimeProvider.System);
        var opened = await cases.OpenAsync(Person(person), CaseCause.Offboarding, "leaves", "test", default);
        return await cases.WaitAsync(opened.Id, default);
    }

    public void Dispose() => _turn.Dispose();

    private static FoldedLab MakeLab((string System, string Key, string Person)[] accounts)
    {
        var rules = accounts.GroupBy(a => a.System).Select(g => (CorrelationRule)new CorrelationRule.ByList(
            g.Key, g.ToDictionary(a => a.Key, a => a.Person)));
        var lab = new FoldedLab(new CorrelationRules { AuthoritySystem = Authority, Rules = [.. rules] })
        {
            Now = TimeProvider.System.GetUtcNow(),
        };
        lab.Observe(Authority, [.. accounts.Select(a => a.Person).Distinct().Select(p =>
            FoldedLab.Seen(FoldedLab.Node(Authority, NodeKinds.Account, p)))]);
        return lab;
    }
}
