using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>What an identity has in its hands: accounts, credentials, sessions, and secrets whose value it may know.</summary>
internal sealed class Holdings
{
    private readonly IEstate _estate;
    private readonly NodeId _subject;
    private readonly DateTimeOffset _at;

    private Holdings(IEstate estate, NodeId subject, DateTimeOffset at) => (_estate, _subject, _at) = (estate, subject, at);

    /// <summary>Gets accounts that represent this identity and no other, disabled ones too.</summary>
    public List<NodeId> OwnAccounts { get; } = [];

    /// <summary>Gets accounts that represent others as well.</summary>
    public List<NodeId> SharedAccounts { get; } = [];

    /// <summary>Gets credentials (other than passwords of accounts) and sessions that it holds, itself or through its accounts.</summary>
    public List<NodeId> Held { get; } = [];

    /// <summary>Gets the credentials whose value it may know, each with the secrets that hold them.</summary>
    public Dictionary<NodeId, List<NodeId>> Known { get; } = [];

    /// <summary>Gets the secrets that it can read, or could before its accounts were disabled.</summary>
    public List<NodeId> Secrets { get; } = [];

    /// <summary>Gets secrets that it can or could read and of which nobody says what they open.</summary>
    public List<NodeId> KnownAndUnexplained { get; } = [];

    public static Holdings Of(IEstate estate, NodeId subject, DateTimeOffset at)
    {
        var holdings = new Holdings(estate, subject, at);
        holdings.FindAccounts();
        holdings.FindHeld();
        holdings.FindKnown();
        return holdings;
    }

    /// <summary>Lists the other identities that represent, hold or reach a node.</summary>
    public IReadOnlyList<NodeId> OthersUsing(NodeId node) =>
        [.. _estate.Graph.Exposure(node, _at, QueryLimits.Default, CancellationToken.None).Value
            .Select(a => a.Node).Where(n => n.Kind == NodeKinds.Identity && n != _subject)];

    private void FindAccounts()
    {
        foreach (var account in _estate.Graph.LinksFrom(_subject).Where(IsNow(LinkKind.Represents)).Select(l => l.To).Distinct())
        {
            var others = _estate.Graph.LinksTo(account).Any(l => IsNow(LinkKind.Represents)(l) && l.From != _subject);
            (others ? SharedAccounts : OwnAccounts).Add(account);
        }
    }

    private void FindHeld() => Held.AddRange(OwnAccounts.Prepend(_subject)
        .SelectMany(_estate.Graph.LinksFrom).Where(IsNow(LinkKind.Holds)).Select(l => l.To)
        .Where(n => n.Kind is NodeKinds.Credential or NodeKinds.Session).Distinct());

    private void FindKnown()
    {
        // Also through accounts that are disabled by now: what their holder could read before, it may know.
        var reached = _estate.GraphAsIfActive.BlastRadius(_subject, _at, QueryLimits.Default, CancellationToken.None).Value
            .Select(a => a.Node).Where(n => n.Kind is NodeKinds.Secret or NodeKinds.SecretVersion);
        foreach (var secret in reached)
        {
            Secrets.Add(secret);
            var opens = _estate.Graph.LinksFrom(secret).Where(IsNow(LinkKind.Contains)).Select(l => l.To).Distinct().ToList();
            if (opens.Count == 0)
            {
                KnownAndUnexplained.Add(secret);
            }

            foreach (var credential in opens)
            {
                var secrets = _estate.Graph.LinksTo(credential).Where(IsNow(LinkKind.Contains)).Select(l => l.From)
                    .Where(n => n.Kind == NodeKinds.Secret).Distinct();
                Known.TryAdd(credential, [.. secrets]);
            }
        }
    }

    private Func<Link, bool> IsNow(LinkKind kind) => link => link.Kind == kind && link.Validity.HoldsAt(_at);
}
