using Lockstep.Graph;

namespace Lockstep.Reconciliation.Findings;

/// <summary>What nobody answers for.</summary>
internal static class OwnershipRules
{
    /// <summary>Non-human identities without an owner who is still here.</summary>
    internal static IEnumerable<Finding> Identities(FindingScene scene) =>
        from identity in scene.Estate.NodesOf(NodeKinds.Identity)
        where identity.State == NodeState.Active && identity.Find(NodeAttributes.IdentityKind) is { } kind && kind != "human"
        let owner = scene.OwnerOf(identity.Id)
        where owner is null || owner.State == NodeState.Ended
        select scene.Finding(
            FindingKind.OrphanedIdentity,
            FindingSeverity.Medium,
            identity.Id,
            $"the {identity.Find(NodeAttributes.IdentityKind)} identity `{identity.Name}` {Lacks(owner)}",
            []);

    internal static IEnumerable<Finding> Secrets(FindingScene scene) =>
        from secret in scene.Estate.NodesOf(NodeKinds.Secret)
        let owner = scene.OwnerOf(secret.Id)
        where owner is null || owner.State == NodeState.Ended
        select scene.Finding(
            FindingKind.UnownedSecret,
            FindingSeverity.Medium,
            secret.Id,
            $"the secret `{secret.Name}` in {secret.Id.SystemName} {Lacks(owner)}",
            []);

    private static string Lacks(Node? owner) => owner is null ? "has no owner" : $"is owned by {owner.Name}, who has left";
}
