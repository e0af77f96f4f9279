using System.Text;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Testing.Revocation;

/// <summary>
/// A connected system that holds the truth in memory and fails by a schedule drawn from a seed: the order is lost, the answer is
/// lost, the order is taken and ignored, it throttles, breaks, refuses to say, or the connector has a bug.
/// </summary>
public sealed class FaultySystem(string name, Random random, double faultRate) : ICutAccess, IProbeAccess, IStoreSecrets, IRotateCredentials
{
    private readonly Dictionary<NodeId, string> _values = [];
    private readonly Dictionary<NodeId, List<string>> _vault = [];
    private readonly Dictionary<string, string> _storedBy = [];
    private readonly Lock _lock = new();

    public string SystemName => name;

    public string SystemKind => "faulty";

    public HashSet<NodeId> Disabled { get; } = [];

    public HashSet<NodeId> Gone { get; } = [];

    public HashSet<LinkKey> Removed { get; } = [];

    public int FaultsFired { get; private set; }

    public int ValuesSet { get; private set; }

    public int VersionsStored { get; private set; }

    /// <summary>Gets or sets until when what was cut lets in, for <see cref="Trouble.Lingers"/>; <see langword="null"/> for ever.</summary>
    public DateTimeOffset? LingersUntil { get; set; }

    /// <summary>Gets or sets a trouble that every order meets, whatever the seed.</summary>
    public Trouble Trouble { get; set; }

    /// <summary>Gets or sets what happens when an order arrives, before it has any effect.</summary>
    public Action<StepKey>? OnOrder { get; set; }

    /// <summary>Gets or sets what happens when an account is disabled: a live session may mint something at the last moment.</summary>
    public Action? OnCut { get; set; }

    public IReadOnlyList<CutCapability> Cuts { get; } =
    [
        new(CutKind.DisableAccount, NodeKinds.Account, null, ProofKind.Probe, Enforcement.Online, null),
        new(CutKind.RemoveLink, NodeKinds.Account, LinkKind.MemberOf, ProofKind.Listing, Enforcement.Online, null),
        new(CutKind.RevokeCredential, NodeKinds.Credential, null, ProofKind.Listing, Enforcement.Online, null),
        new(CutKind.EndSession, NodeKinds.Session, null, ProofKind.Listing, Enforcement.Connection, null),
    ];

    public void SetCredential(NodeId credential, string value) => _values[credential] = value;

    public void SetSecret(NodeId secret, string value) => _vault[secret] = [value];

    public bool Accepts(NodeId credential, string value) => _values[credential] == value;

    public string Current(NodeId secret) => _vault[secret][^1];

    public Task<Checkup> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(new Checkup(true, "1", []));

    public Task<CutOutcome> CutAsync(Cut cut, StepKey key, CancellationToken cancellationToken) =>
        Order(key, () =>
        {
            OnCut?.Invoke();
            _ = cut.Kind switch
            {
                CutKind.DisableAccount => Disabled.Add(cut.Target),
                CutKind.RemoveLink => Removed.Add(cut.Link!),
                _ => Gone.Add(cut.Target),
            };
        });

    public Task<LookOutcome> LookAsync(Cut cut, CancellationToken cancellationToken) => Task.FromResult<LookOutcome>(
        Fails() is { } error ? new LookOutcome.Unknown(error)
        : IsCut(cut) ? new LookOutcome.Gone("not listed")
        : new LookOutcome.StillThere("listed"));

    public Task<ProbeOutcome> ProbeAsync(Cut cut, CancellationToken cancellationToken) => Trouble == Trouble.HangsProbe
        ? new TaskCompletionSource<ProbeOutcome>().Task
        : Task.FromResult<ProbeOutcome>(
            (Trouble == Trouble.MuteProbe ? Silence : Fails()) is { } error ? new ProbeOutcome.Unknown(error)
            : Trouble == Trouble.Lingers ? new ProbeOutcome.Works("let in", LingersUntil)
            : IsCut(cut) ? new ProbeOutcome.Refused("refused")
            : new ProbeOutcome.Works("let in", null));

    public Task<SecretReading> ReadValueAsync(NodeId secret, CancellationToken cancellationToken) => Task.FromResult<SecretReading>(
        Fails() is { } error ? new SecretReading.Failed(error) : new SecretReading.Read(SecretText.FromString(Current(secret))));

    public Task<CutOutcome> StoreValueAsync(NodeId secret, SecretText value, StepKey key, CancellationToken cancellationToken) =>
        Order(key, () =>
        {
            if (_storedBy.TryAdd($"{key} {secret}", string.Empty))
            {
                _vault[secret].Add(value.RevealString());
                VersionsStored++;
            }
        });

    public Task<CutOutcome> RetireOldValuesAsync(NodeId secret, StepKey key, CancellationToken cancellationToken) =>
        Order(key, () => _vault[secret].RemoveRange(0, _vault[secret].Count - 1));

    public Task<IReadOnlyList<NodeId>> MatchAsync(SecretText value, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<NodeId>>([.. _values.Where(v => value.Matches(Encoding.UTF8.GetBytes(v.Value))).Select(v => v.Key)]);

    public Task<CutOutcome> SetValueAsync(NodeId credential, SecretText value, StepKey key, CancellationToken cancellationToken) =>
        Order(key, () =>
        {
            ValuesSet += _values[credential] == value.RevealString() ? 0 : 1;
            _values[credential] = value.RevealString();
        });

    public Task<ProbeOutcome> ProbeValueAsync(NodeId credential, SecretText value, CancellationToken cancellationToken) =>
        Task.FromResult<ProbeOutcome>(
            Fails() is { } error ? new ProbeOutcome.Unknown(error)
            : Accepts(credential, value.RevealString()) ? new ProbeOutcome.Works("logged in", null)
            : new ProbeOutcome.Refused("password refused"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static ConnectorError Silence { get; } = new("LS9001", ConnectorErrorKind.Unreachable, "no answer");

    private bool IsCut(Cut cut) => cut.Kind switch
    {
        CutKind.DisableAccount => Disabled.Contains(cut.Target),
        CutKind.RemoveLink => Removed.Contains(cut.Link!),
        _ => Gone.Contains(cut.Target),
    };

    private ConnectorError? Fails()
    {
        lock (_lock)
        {
            if (random.NextDouble() >= faultRate)
            {
                return null;
            }

            FaultsFired++;
            return random.Next(4) == 0
                ? throw new InvalidOperationException("a bug in the connector")
                : new ConnectorError("LS9001", (ConnectorErrorKind)(random.Next(3) * 2 % 5), "injected") switch
                {
                    { Kind: ConnectorErrorKind.Unreachable } e => e,
                    var e => e with { Kind = ConnectorErrorKind.Throttled, RetryAfter = TimeSpan.FromSeconds(3) },
                };
        }
    }

    private Task<CutOutcome> Order(StepKey key, Action effect)
    {
        OnOrder?.Invoke(key);
        lock (_lock)
        {
            switch (Trouble)
            {
                case Trouble.Forbids:
                    return Failed(ConnectorErrorKind.Forbidden);
                case Trouble.Ignores:
                    return Task.FromResult<CutOutcome>(new CutOutcome.Acknowledged("OK"));
                case Trouble.Hangs:
                    return new TaskCompletionSource<CutOutcome>().Task;
            }

            var fault = random.NextDouble() < faultRate ? random.Next(5) : -1;
            FaultsFired += fault >= 0 ? 1 : 0;
            if (fault is not (0 or 2))
            {
                effect();
            }

            // 0: the order never arrives. 1: it works and the answer is lost. 2: it is taken and ignored. 3: broken after the effect. 4: a
            // bug.
            return fault switch
            {
                0 or 1 => Failed(ConnectorErrorKind.Unreachable),
                3 => Failed(ConnectorErrorKind.Broken),
                4 => throw new InvalidOperationException("a bug in the connector"),
                _ => Task.FromResult<CutOutcome>(new CutOutcome.Acknowledged("OK")),
            };
        }
    }

    private static Task<CutOutcome> Failed(ConnectorErrorKind kind) =>
        Task.FromResult<CutOutcome>(new CutOutcome.Failed(new("LS9001", kind, "injected")));
}

/// <summary>What a system does with every order.</summary>
public enum Trouble
{
    /// <summary>Nothing out of the ordinary.</summary>
    None,

    /// <summary>Our rights do not suffice.</summary>
    Forbids,

    /// <summary>It says yes and does nothing.</summary>
    Ignores,

    /// <summary>It never answers, and does not look at the token either.</summary>
    Hangs,

    /// <summary>It does as it is told, and gives no answer when it is tried.</summary>
    MuteProbe,

    /// <summary>It does as it is told, and hangs when it is tried.</summary>
    HangsProbe,

    /// <summary>It no longer lists what was cut, and still lets it in.</summary>
    Lingers,
}
