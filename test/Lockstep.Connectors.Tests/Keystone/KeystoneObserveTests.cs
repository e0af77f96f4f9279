using System.Text.Json.Nodes;
using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab.Keystone;
using Xunit;

namespace Lockstep.Connectors.Tests.Keystone;

[Collection("keystone")]
public class KeystoneObserveTests(LabFixture lab)
{
    [Fact]
    public async Task A_user_a_group_and_their_roles_are_seen_as_Keystone_has_them()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        await cloud.Admin.JoinAsync(cloud.Dana, cloud.Group);
        await cloud.Admin.GrantToGroupAsync(cloud.Project, cloud.Group, "observer");
        await using var connector = cloud.Connector();

        var seen = await Sightings.OfAsync(connector);

        var dana = seen.Nodes[cloud.Nodes.Account(cloud.Dana)];
        Assert.Equal((cloud.DanaName, NodeState.Active, $"{cloud.Name}@acme.test"),
            (dana.Name, dana.State, dana.Find(NodeAttributes.Mail)));
        var member = cloud.Nodes.ProjectRole(cloud.Project, await cloud.Admin.RoleAsync("member"));
        var reader = cloud.Nodes.ProjectRole(cloud.Project, await cloud.Admin.RoleAsync("reader"));
        var observer = cloud.Nodes.ProjectRole(cloud.Project, await cloud.Admin.RoleAsync("observer"));
        Assert.NotNull(seen.Find(dana.Id, LinkKind.Assumes, member));
        Assert.NotNull(seen.Find(member, LinkKind.Assumes, reader));
        Assert.NotNull(seen.Find(dana.Id, LinkKind.MemberOf, cloud.Nodes.Group(cloud.Group)));
        Assert.NotNull(seen.Find(cloud.Nodes.Group(cloud.Group), LinkKind.Assumes, observer));
        Assert.NotNull(seen.Find(member, LinkKind.Permits, cloud.Nodes.Project(cloud.Project), "member"));
        Assert.Equal($"observer on {cloud.ProjectName}", seen.Nodes[observer].Name);
        Assert.Equal(new Observation.Complete(IsFull: true, Cursor: null), seen.End);
        Assert.Empty(seen.Gaps);
    }
}
