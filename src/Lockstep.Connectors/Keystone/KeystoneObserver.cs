using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.Keystone;

/// <summary>Observes who can do what in one Keystone. It has no feed of changes without its log files: every look is a full one.</summary>
internal sealed class KeystoneObserver(string systemName, KeystoneApi api, KeystoneSettings settings)
{
    private static readonly KeystoneJson Json = KeystoneJson.Default;
    private readonly KeystoneListings _listings = new(api);

    /// <summary>Streams everything.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var facts = new Facts(systemName);
        var nodes = new KeystoneNodes(systemName);
        var picture = await LookAsync(cancellationToken);

        foreach (var gap in Gaps(picture))
        {
            yield return gap;
        }

        var principals = new KeystonePrincipals(facts, nodes, picture, _listings, settings.Concurrency);
        await foreach (var seen in principals.ObserveAsync(cancellationToken))
        {
            yield return seen;
        }

        foreach (var seen in new KeystoneRoles(facts, nodes, picture, settings.AdminRoles).Observe())
        {
            yield return seen;
        }

        var credentials = new KeystoneCredentials(facts, nodes, picture, api, settings);
        await foreach (var seen in credentials.ObserveAsync(cancellationToken))
        {
            yield return seen;
        }

        yield return new Observation.Complete(IsFull: true, Cursor: null);
    }

    private async Task<KeystonePicture> LookAsync(CancellationToken cancel)
    {
        var domains = await _listings.ListAsync<DomainsAnswer, Domain>("domains", "domains", Json.DomainsAnswer, cancel);
        return new()
        {
            Domains = domains,
            Projects = await _listings.ListByDomainAsync<ProjectsAnswer, Project>(
                "projects", "projects", Json.ProjectsAnswer, domains, cancel),
            Users = await _listings.ListByDomainAsync<UsersAnswer, User>("users", "users", Json.UsersAnswer, domains, cancel),
            Groups = await _listings.ListByDomainAsync<GroupsAnswer, Group>("groups", "groups", Json.GroupsAnswer, domains, cancel),
            Roles = await _listings.ListAsync<RolesAnswer, Role>("roles", "roles", Json.RolesAnswer, cancel),
            Inferences = await _listings.ListAsync<InferencesAnswer, Inference>(
                "role_inferences", "role inferences", Json.InferencesAnswer, cancel),
            Assignments = await _listings.ListAsync<AssignmentsAnswer, RoleAssignment>(
                "role_assignments", "role assignments", Json.AssignmentsAnswer, cancel),
        };
    }

    /// <summary>Names the scopes that a missing listing leaves open, with all that is derived from it.</summary>
    private static IEnumerable<Observation> Gaps(KeystonePicture picture)
    {
        (ConnectorError? Gap, string[] Scopes)[] all =
        [
            (picture.Domains.Gap, ["domains"]),
            (picture.Projects.Gap, ["projects", "inherited-assignments", "roles", "role-permits"]),
            (picture.Users.Gap, ["users", "application-credentials:*"]),
            (picture.Groups.Gap, ["groups", "members:*"]),
            (picture.Roles.Gap, ["roles", "role-permits"]),
            (picture.Inferences.Gap, ["role-inferences", "roles", "role-permits"]),
            (picture.Assignments.Gap, ["role-assignments", "roles", "role-inferences", "role-permits", "inherited-assignments"]),
        ];
        return all
            .Where(part => part.Gap is not null)
            .SelectMany(part => part.Scopes.Select(scope => (Scope: scope, part.Gap)))
            .DistinctBy(part => part.Scope)
            .Select(part => new Observation.NotCovered(part.Scope, part.Gap!));
    }
}
