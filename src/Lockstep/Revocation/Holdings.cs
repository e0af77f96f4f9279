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

    /// <summary>Gets credentials and sessions that it holds, itself or through its own accounts.</summary>
    public List<NodeId> Held { get; } = [];

    /// <summary>Gets the credentials whose value it may know from a secret that it can read or could read.</summary>
    public List<NodeId> Known { get; } = [];

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

    private void FindAccounts()
    {
        foreach (var account in _estate.Graph.LinksFrom(_subject).Where(IsNotOver(LinkKind.Represents)).Select(l => l.To).Distinct())
        {
            var others = _estate.Graph.LinksTo(account).Any(l => IsNotOver(LinkKind.Represents)(l) && l.From != _subject);
            (others ? SharedAccounts : OwnAccounts).Add(account);
        }
    }

    /// <summary>Also sessions and credentials of an own account that nothing says to be held: whose else would they be.</summary>
    private void FindHeld() => Held.AddRange(OwnAccounts.Prepend(_subject)
        .SelectMany(_estate.Graph.LinksFrom).Where(IsNotOver(LinkKind.Holds)).Select(l => l.To)
        .Concat(OwnAccounts.SelectMany(_estate.Graph.LinksTo).Where(IsNotOver(LinkKind.AuthenticatesAs)).Select(l => l.From))
        .Where(n => n.Kind is NodeKinds.Credential or NodeKinds.Session).Distinct());

    private void FindKnown()
    {
        // Also through accounts that are disabled by now: what their holder could read before, it may know.
        var reached = _estate.GraphAsIfActive.BlastRadius(_subject, _at, QueryLimits.Default, CancellationToken.None).Value
            .Select(a => a.Node).Where(n => n.Kind is NodeKinds.Secret or NodeKinds.SecretVersion).ToList();
        foreach (var secret in reached)
        {
            Secrets.Add(secret);
            var opens = _estate.Graph.LinksFrom(secret).Where(IsNotOver(LinkKind.Contains)).Select(l => l.To).Distinct().ToList();
            if (opens.Count == 0 && !(_estate.Find(secret)?.Find(NodeAttributes.VersionOf) is { } whole && reached.Exists(n => n.ToString() == whole)))
            {
                KnownAndUnexplained.Add(secret);
            }

            Known.AddRange(opens.Where(credential => !Known.Contains(credential)));
        }
    }

    /// <summary>What begins later counts as well: it would come by itself.</summary>
    private Func<Link, bool> IsNotOver(LinkKind kind) => link =>
        link.Kind == kind && (link.Validity.Until is not { } until || until > _at);
}
