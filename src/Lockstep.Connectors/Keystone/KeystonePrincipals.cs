using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;

namespace Lockstep.Connectors.Keystone;

/// <summary>Reports domains, projects, users, groups and who is in which group.</summary>
internal sealed class KeystonePrincipals(
    Facts facts, KeystoneNodes nodes, KeystonePicture picture, KeystoneListings listings, int concurrency)
{
    /// <summary>Streams the facts, and fills the picture's <see cref="KeystonePicture.GroupsOf"/>.</summary>
    public async IAsyncEnumerable<Observation> ObserveAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return facts.Node("domains", nodes.Cloud, "cloud", NodeState.Active, ("type", "cloud"));
        foreach (var seen in picture.Domains.Items.Select(Domain)
            .Concat(picture.Projects.Items.Select(Project))
            .Concat(picture.Users.Items.Select(User))
            .Concat(picture.Groups.Items.Select(Group)))
        {
            yield return seen;
        }

        var members = Batches.AskAsync(picture.Groups.Items, concurrency, MembersAsync, cancellationToken);
        await foreach (var (group, listing) in members)
        {
            foreach (var seen in Members(group, listing))
            {
                yield return seen;
            }
        }
    }

    private Observation Domain(Domain domain) => facts.Node(
        "domains",
        nodes.Domain(domain.Id),
        domain.Name,
        domain.Enabled ? NodeState.Active : NodeState.Disabled,
        ("type", "domain"));

    private Observation Project(Project project) => facts.Node(
        "projects",
        nodes.Project(project.Id),
        project.Name,
        picture.ProjectIsEnabled(project.Id) ? NodeState.Active : NodeState.Disabled,
        ("type", "project"),
        ("domain", project.DomainId),
        ("parent", project.ParentId),
        ("description", project.Description));

    private Observation User(User user) => facts.Node(
        "users",
        nodes.Account(user.Id),
        user.Name,
        picture.StateOf(user),
        (NodeAttributes.Mail, user.Email),
        ("email", user.Email),
        ("domain", user.DomainId),
        ("description", user.Description));

    private Observation Group(Group group) => facts.Node(
        "groups", nodes.Group(group.Id), group.Name, NodeState.Active, ("domain", group.DomainId), ("description", group.Description));

    private Task<Listing<User>> MembersAsync(Group group, CancellationToken cancellationToken) =>
        listings.ListAsync<UsersAnswer, User>(
            $"groups/{Uri.EscapeDataString(group.Id)}/users", "members of a group", KeystoneJson.Default.UsersAnswer, cancellationToken);

    private IEnumerable<Observation> Members(Group group, Listing<User> listing)
    {
        var scope = $"members:{group.Id}";
        foreach (var user in listing.Items)
        {
            if (!picture.GroupsOf.TryGetValue(user.Id, out var groups))
            {
                picture.GroupsOf[user.Id] = groups = [];
            }

            groups.Add(group.Id);
            yield return facts.Link(
                scope, nodes.Account(user.Id), LinkKind.MemberOf, nodes.Group(group.Id), $"group `{group.Name}` lists user `{user.Name}`");
        }

        if (listing.Gap is { } gap)
        {
            picture.MembersAreMissing = true;
            yield return new Observation.NotCovered(scope, gap);
        }
    }
}
