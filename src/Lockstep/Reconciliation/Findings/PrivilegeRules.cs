using Lockstep.Graph;

namespace Lockstep.Reconciliation.Findings;

/// <summary>Privileged access that does not end.</summary>
internal static class PrivilegeRules
{
    /// <summary>People with access to a sensitive resource through a chain on which nothing ends by itself.</summary>
    internal static IEnumerable<Finding> Standing(FindingScene scene)
    {
        foreach (var resource in scene.Estate.NodesOf(NodeKinds.Resource).Where(n => n.Find(NodeAttributes.Sensitivity) == "true"))
        {
            var chains = scene.Estate.Graph.LinksTo(resource.Id).Select(AccessTarget.Of).OfType<AccessTarget>().Distinct()
                .SelectMany(t => scene.Estate.Graph.WhoCan(t, scene.At, FindingScene.Limits, scene.CancellationToken).Value)
                .Where(c => c.Until is null);
            foreach (var person in chains.GroupBy(c => c.Start))
            {
                if (scene.Estate.Find(person.Key) is { State: NodeState.Active } identity
                    && identity.Find(NodeAttributes.IdentityKind) == "human")
                {
                    var actions = string.Join(", ", person.Select(c => c.Target.Action).Distinct().Order(StringComparer.Ordinal));
                    yield return scene.Finding(
                        FindingKind.StandingPrivilege,
                        FindingSeverity.Medium,
                        person.Key,
                        $"{identity.Name} has standing access to `{resource.Name}` in {resource.Id.SystemName}: {actions}",
                        person.First().Links,
                        resource.Id.ToString());
                }
            }
        }
    }
}
