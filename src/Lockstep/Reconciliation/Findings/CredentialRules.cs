using System.Globalization;
using Lockstep.Graph;

namespace Lockstep.Reconciliation.Findings;

/// <summary>Credentials that come back, are shared, are copied or are old.</summary>
internal static class CredentialRules
{
    internal static IEnumerable<Finding> Latent(FindingScene scene) =>
        from credential in scene.Estate.NodesOf(null)
        where credential.Id.Kind is NodeKinds.Credential or NodeKinds.Session && credential.Find(NodeAttributes.Latent) == "true"
        select scene.Finding(
            FindingKind.LatentCredential,
            FindingSeverity.Medium,
            credential.Id,
            $"the {credential.Find(NodeAttributes.CredentialType) ?? credential.Id.Kind} `{credential.Name}` does not work now and comes "
                + $"back by itself",
            [.. scene.Estate.Graph.LinksTo(credential.Id).Where(l => l.Kind == LinkKind.Holds)]);

    /// <summary>
    /// Only credentials that are stored as a secret or held by somebody are asked about: the others can be known by nobody.
    /// </summary>
    internal static IEnumerable<Finding> Shared(FindingScene scene)
    {
        var credentials = scene.Estate.Links
            .Where(l => l.Kind is LinkKind.Contains or LinkKind.Holds && l.To.Kind == NodeKinds.Credential)
            .Select(l => l.To).Distinct();
        foreach (var credential in credentials)
        {
            var exposed = scene.Estate.Graph.Exposure(credential, scene.At, FindingScene.Limits, scene.CancellationToken).Value
                .Where(a => a.Node.Kind == NodeKinds.Identity).ToList();
            if (exposed.Count > 1)
            {
                var names = string.Join(", ", exposed.Take(5).Select(a => scene.NameOf(a.Node)).Order(StringComparer.Ordinal));
                var more = exposed.Count > 5 ? ", ..." : string.Empty;
                yield return scene.Finding(
                    FindingKind.SharedCredential,
                    FindingSeverity.Medium,
                    credential,
                    $"{exposed.Count} identities can use the credential `{scene.NameOf(credential)}` in {credential.SystemName}: "
                        + $"{names}{more}",
                    [.. scene.Estate.Graph.LinksTo(credential).Where(l => l.Kind is LinkKind.Contains or LinkKind.Holds)]);
            }
        }
    }

    internal static IEnumerable<Finding> Sprawl(FindingScene scene) =>
        from secret in scene.Estate.NodesOf(NodeKinds.Secret)
        let fingerprint = secret.Find(NodeAttributes.Fingerprint)
        where !string.IsNullOrEmpty(fingerprint)
        group secret by fingerprint into copies
        where copies.Count() > 1
        let first = copies.MinBy(s => s.Id)!
        let places = string.Join(", ", copies.OrderBy(s => s.Id).Take(5).Select(s => $"`{s.Name}` in {s.Id.SystemName}"))
        select scene.Finding(
            FindingKind.SecretSprawl,
            FindingSeverity.High,
            first.Id,
            $"the same value is stored {copies.Count()} times: {places}",
            [.. copies.SelectMany(s => scene.Estate.Graph.LinksFrom(s.Id)).Where(l => l.Kind == LinkKind.Contains)]);

    internal static IEnumerable<Finding> LongLived(FindingScene scene)
    {
        foreach (var credential in scene.Estate.NodesOf(NodeKinds.Credential))
        {
            var setAt = FindingScene.Instant(credential, NodeAttributes.ChangedAt)
                ?? FindingScene.Instant(credential, NodeAttributes.CreatedAt);
            if (setAt is { } since && scene.At - since > scene.Policy.CredentialAgeMax)
            {
                var days = ((int)(scene.At - since).TotalDays).ToString(CultureInfo.InvariantCulture);
                yield return scene.Finding(
                    FindingKind.LongLivedCredential,
                    FindingSeverity.Low,
                    credential.Id,
                    $"the credential `{credential.Name}` in {credential.Id.SystemName} has had the same value for {days} days",
                    [.. scene.Estate.Graph.LinksFrom(credential.Id).Where(l => l.Kind == LinkKind.AuthenticatesAs)]);
            }
        }
    }
}
