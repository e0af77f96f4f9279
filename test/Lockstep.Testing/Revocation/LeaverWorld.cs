using System.Globalization;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Revocation;

namespace Lockstep.Testing.Revocation;

/// <summary>
/// A small estate whose truth is in four faulty systems: a leaver with a directory account in a group, a cloud account that reads a
/// secret with a shared database password (through a cache of 20 s), an application credential and an open database session; and a
/// service that uses the same secret.
/// </summary>
public sealed class LeaverWorld : ICaseWorld
{
    public const string OldValue = "the-old-value";
    private static readonly string[] Names = ["dir", "cloud", "vault", "db"];
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly double _faultRate;
    private readonly Dictionary<string, SystemCoverage> _coverage;

    public LeaverWorld(int seed, double faultRate, TimeProvider time)
    {
        (_time, _random, _faultRate) = (time, new Random(seed), faultRate);
        Systems = Names.ToDictionary(n => n, n => new FaultySystem(n, _random, faultRate));
        _coverage = Names.ToDictionary(n => n, n => Coverage(n, null));
        Systems["vault"].SetSecret(Secret, OldValue);
        Systems["db"].SetCredential(Password, OldValue);
        Estate = Look();
    }

    public static NodeId Dana { get; } = NodeId.Of("dir", NodeKinds.Identity, "dana");

    public static NodeId Secret { get; } = NodeId.Of("vault", NodeKinds.Secret, "db-password");

    public static NodeId Password { get; } = NodeId.Of("db", NodeKinds.Credential, "app-password");

    public Dictionary<string, FaultySystem> Systems { get; }

    public IEstate Estate { get; private set; }

    public IReadOnlyDictionary<string, IConnector> Connectors => Systems.ToDictionary(s => s.Key, s => (IConnector)s.Value);

    /// <summary>Gets the sessions that were opened since; a live session may mint one while a case runs.</summary>
    public System.Collections.ObjectModel.Collection<NodeId> Minted { get; } = [];

    /// <summary>Gets the sessions of the shared database account, with the time when each was opened.</summary>
    public Dictionary<NodeId, DateTimeOffset> SharedSessions { get; } = [];

    /// <summary>Gets the systems that cannot be listed completely.</summary>
    public HashSet<string> Unlisted { get; } = [];

    /// <summary>Gets or sets what happens just before the systems are listed.</summary>
    public Action? OnObserve { get; set; }

    public int FaultsFired => Systems.Values.Sum(s => s.FaultsFired);

    public Task<IEstate> ObserveAsync(IReadOnlyCollection<string> systemNames, CancellationToken cancellationToken)
    {
        OnObserve?.Invoke();
        foreach (var system in systemNames)
        {
            var error = Unlisted.Contains(system) || _random.NextDouble() < _faultRate
                ? new ConnectorError("LS9001", ConnectorErrorKind.Unreachable, "injected") : null;
            _coverage[system] = Coverage(system, error);
        }

        Estate = Look();
        return Task.FromResult(Estate);
    }

    /// <summary>Says what Dana can really do: the oracle, which the engine does not see.</summary>
    public IReadOnlyList<Chain> TrueAccess() =>
        Look().Graph.AccessOf(Dana, _time.GetUtcNow(), QueryLimits.Default, CancellationToken.None).Value;

    private SystemCoverage Coverage(string system, ConnectorError? error) => new()
    {
        SystemName = system,
        SystemKind = "faulty",
        ObservedAt = error is null ? _time.GetUtcNow() : _coverage[system].ObservedAt,
        LastError = error,
        Gaps = [],
        FactCount = 1,
    };

    private FixedEstate Look()
    {
        var (entry, user) = (Account("dir", "dana"), Account("cloud", "dana"));
        var (service, app, own) = (Account("cloud", "payments"), Account("db", "app"), Account("db", "dana"));
        var role = NodeId.Of("cloud", NodeKinds.Role, "observer");
        var table = NodeId.Of("db", NodeKinds.Resource, "payments");
        List<Link> links =
        [
            Link("lockstep", Dana, LinkKind.Represents, entry), Link("lockstep", Dana, LinkKind.Represents, user),
            Link("lockstep", Dana, LinkKind.Represents, own),
            Link("lockstep", NodeId.Of("dir", NodeKinds.Identity, "payments"), LinkKind.Represents, service),
            Link("dir", entry, LinkKind.MemberOf, NodeId.Of("dir", NodeKinds.Group, "ops")),
            Link("dir", NodeId.Of("dir", NodeKinds.Group, "ops"), LinkKind.Permits, NodeId.Of("dir", NodeKinds.Resource, "wiki"), "edit"),
            Link("cloud", user, LinkKind.Assumes, role), Link("cloud", service, LinkKind.Assumes, role),
            Link("vault", role, LinkKind.Reads, Secret) with { Enforcement = Enforcement.Cached(TimeSpan.FromSeconds(20)) },
            Link("lockstep", Secret, LinkKind.Contains, Password),
            Link("db", Password, LinkKind.AuthenticatesAs, app), Link("db", app, LinkKind.Permits, table, "SELECT"),
            Link("db", own, LinkKind.Permits, table, "SELECT"),
        ];
        Hold(links, user, NodeId.Of("cloud", NodeKinds.Credential, "appcred"), user, Enforcement.Online);
        Hold(links, own, NodeId.Of("db", NodeKinds.Session, "1"), own, Enforcement.Connection);
        foreach (var minted in Minted)
        {
            Hold(links, own, minted, own, Enforcement.Connection);
        }

        links.AddRange(SharedSessions.Keys.SelectMany(s => new[]
        {
            Link("db", app, LinkKind.Holds, s), Link("db", s, LinkKind.AuthenticatesAs, app) with { Enforcement = Enforcement.Connection },
        }));
        var alive = links.Where(
            l => !Systems.Values.Any(s => s.Removed.Contains(l.Key) || s.Gone.Contains(l.From) || s.Gone.Contains(l.To)));
        var nodes = links.SelectMany(l => new[] { l.From, l.To }).Distinct().Where(n => !Systems.Values.Any(s => s.Gone.Contains(n)));
        return new FixedEstate([.. nodes.Select(AsNode)], [.. alive], [.. _coverage.Values]);
    }

    private Node AsNode(NodeId id) => new()
    {
        Id = id,
        Name = id.RawKey,
        Attributes = SharedSessions.TryGetValue(id, out var startedAt)
            ? new Dictionary<string,
                string> { [NodeAttributes.StartedAt] = startedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) }
            : [],
        State = Systems.TryGetValue(id.SystemName, out var system) && system.Disabled.Contains(id) ? NodeState.Disabled : NodeState.Active,
    };

    private static void Hold(List<Link> links, NodeId account, NodeId held, NodeId opens, Enforcement enforcement)
    {
        links.Add(Link("lockstep", Dana, LinkKind.Holds, held));
        links.Add(Link(account.SystemName, account, LinkKind.Holds, held));
        links.Add(Link(account.SystemName, held, LinkKind.AuthenticatesAs, opens) with { Enforcement = enforcement });
    }

    private static NodeId Account(string system, string key) => NodeId.Of(system, NodeKinds.Account, key);

    private static Link Link(string source, NodeId from, LinkKind kind, NodeId to, string? action = null) => new()
    {
        From = from,
        To = to,
        Kind = kind,
        Action = action,
        Validity = Validity.Always,
        Enforcement = Enforcement.Online,
        Source = source,
        Evidence = "seen",
    };
}
