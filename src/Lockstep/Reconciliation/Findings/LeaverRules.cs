using Lockstep.Graph;

namespace Lockstep.Reconciliation.Findings;

/// <summary>What an identity that has left still has.</summary>
internal static class LeaverRules
{
    internal static IEnumerable<Finding> ActiveAccounts(FindingScene scene) =>
        from leaver in Leavers(scene)
        from link in scene.Estate.Graph.LinksFrom(leaver.Id)
        where link.Kind == LinkKind.Represents && link.Validity.HoldsAt(scene.At)
        where scene.Estate.Find(link.To) is { State: NodeState.Active }
        select scene.Finding(
            FindingKind.LeaverActiveAccount,
            FindingSeverity.Critical,
            link.To,
            $"{leaver.Name} has left, and the account `{scene.NameOf(link.To)}` in {link.To.SystemName} is active",
            [link]);

    /// <summary>Sessions and credentials that still work; those that only a disabled account holds back are latent.</summary>
    internal static IEnumerable<Finding> Holdings(FindingScene scene)
    {
        foreach (var leaver in Leavers(scene))
        {
            foreach (var holds in scene.Estate.Graph.LinksFrom(leaver.Id).Where(
                l => l.Kind == LinkKind.Holds && l.Validity.HoldsAt(scene.At)))
            {
                var opens = scene.Estate.Graph.LinksFrom(holds.To)
                    .Where(l => l.Kind == LinkKind.AuthenticatesAs && l.Validity.HoldsAt(scene.At)).ToList();
                var works = opens.Find(scene.Flows);
                if (opens.Count > 0)
                {
                    yield return Holding(scene, leaver, holds, works ?? opens[0], works is not null);
                }
            }
        }
    }

    /// <summary>Secrets that the leaver could read with any account, active or not, and whose value was not replaced since.</summary>
    internal static IEnumerable<Finding> Secrets(FindingScene scene)
    {
        foreach (var leaver in Leavers(scene))
        {
            var endedAt = FindingScene.Instant(leaver, NodeAttributes.EndedAt);
            var readsNow = scene.Estate.Graph.AccessOf(leaver.Id, scene.At, FindingScene.Limits, scene.CancellationToken).Value
                .Where(c => c.Target.Resource.Kind == NodeKinds.Secret).Select(c => c.Target.Resource).ToHashSet();
            foreach (var chain in scene.Estate.GraphAsIfActive.AccessOf(
                leaver.Id, scene.At, FindingScene.Limits, scene.CancellationToken).Value)
            {
                var secret = chain.Target.Resource;
                if (chain.Target.Action == AccessTarget.Read && secret.Kind == NodeKinds.Secret
                    && (readsNow.Contains(secret) || !IsReplacedSince(scene, secret, endedAt)))
                {
                    var can = readsNow.Contains(secret) ? "can still read" : "could read";
                    yield return scene.Finding(
                        FindingKind.LeaverSecret,
                        readsNow.Contains(secret) ? FindingSeverity.Critical : FindingSeverity.High,
                        secret,
                        $"{leaver.Name} has left and {can} the secret `{scene.NameOf(secret)}`, whose value was not replaced since",
                        chain.Links,
                        leaver.Id.Key);
                }
            }
        }
    }

    private static IEnumerable<Node> Leavers(FindingScene scene) =>
        scene.Estate.NodesOf(NodeKinds.Identity).Where(n => n.State == NodeState.Ended);

    private static Finding Holding(FindingScene scene, Node leaver, Link holds, Link opens, bool works)
    {
        var isSession = holds.To.Kind == NodeKinds.Session;
        var what = $"the {holds.To.Kind} `{scene.NameOf(holds.To)}` for `{scene.NameOf(opens.To)}` in {opens.To.SystemName}";
        return !works
            ? scene.Finding(
                FindingKind.LatentCredential,
                FindingSeverity.Medium,
                holds.To,
                $"{leaver.Name} has left, and {what} works again when the account is enabled",
                [holds, opens])
            : scene.Finding(
                isSession ? FindingKind.LeaverSession : FindingKind.LeaverCredential,
                FindingSeverity.Critical,
                holds.To,
                $"{leaver.Name} has left, and {what} {(isSession ? "is open" : "still works")}",
                [holds, opens]);
    }

    /// <summary>The value is another since the leaver left: of the secret itself, or of everything that it is known to open.</summary>
    private static bool IsReplacedSince(FindingScene scene, NodeId secret, DateTimeOffset? endedAt)
    {
        if (endedAt is not { } end)
        {
            return false;
        }

        var opened = scene.Estate.Graph.LinksFrom(secret).Where(l => l.Kind == LinkKind.Contains).Select(l => l.To).ToList();
        return FindingScene.Instant(scene.Estate.Find(secret), NodeAttributes.ChangedAt) > end
            || (opened.Count > 0 && opened.TrueForAll(c => FindingScene.Instant(scene.Estate.Find(c), NodeAttributes.ChangedAt) > end));
    }
}
