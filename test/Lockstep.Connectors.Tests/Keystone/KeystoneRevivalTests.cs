using Lockstep.Connectors.Keystone;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab.Keystone;
using Xunit;

namespace Lockstep.Connectors.Tests.Keystone;

/// <summary>Tokens that come back by themselves, and one that is dead from its birth.</summary>
[Collection("keystone")]
public class KeystoneRevivalTests(LabFixture lab)
{
    [Fact]
    public async Task A_token_that_lost_its_role_works_again_when_it_is_granted_again_and_never_after_the_sessions_were_ended()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        var token = await cloud.LogInAsync();
        await using var connector = cloud.Connector();
        var role = KeystoneSubject.Key(cloud.Nodes.Account(cloud.Dana), LinkKind.Assumes, await MemberAsync(cloud));

        await CutAsync(connector, new() { Kind = CutKind.RemoveLink, Target = role.From, Link = role });
        Assert.Equal(404, await cloud.StatusOfAsync(token));
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        Assert.Equal(200, await cloud.StatusOfAsync(token));

        await CutAsync(connector, new() { Kind = CutKind.RemoveLink, Target = role.From, Link = role });
        await CutAsync(connector, new() { Kind = CutKind.EndSession, Target = role.From });
        await cloud.Admin.GrantAsync(cloud.Project, cloud.Dana, "member");
        Assert.Equal(404, await cloud.StatusOfAsync(token));
    }

    [Fact]
    public async Task A_token_that_had_its_role_through_a_group_works_again_when_the_group_is_granted_it_again()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        await cloud.Admin.JoinAsync(cloud.Dana, cloud.Group);
        await cloud.Admin.GrantToGroupAsync(cloud.Project, cloud.Group, "member");
        var token = await cloud.LogInAsync();
        await using var connector = cloud.Connector();
        var role = KeystoneSubject.Key(cloud.Nodes.Group(cloud.Group), LinkKind.Assumes, await MemberAsync(cloud));
        var cut = new Cut { Kind = CutKind.RemoveLink, Target = role.From, Link = role };

        await CutAsync(connector, cut);
        Assert.Equal(404, await cloud.StatusOfAsync(token));
        await cloud.Admin.GrantToGroupAsync(cloud.Project, cloud.Group, "member");
        Assert.Equal(200, await cloud.StatusOfAsync(token));

        await CutAsync(connector, cut);
        await CutAsync(connector, new() { Kind = CutKind.EndSession, Target = cloud.Nodes.Account(cloud.Dana) });
        await cloud.Admin.GrantToGroupAsync(cloud.Project, cloud.Group, "member");
        Assert.Equal(404, await cloud.StatusOfAsync(token));
    }

    /// <summary>The second is hit by trying: Keystone's revocations have whole seconds, and a login takes a part of one.</summary>
    [Fact]
    public async Task A_login_in_the_second_of_an_ending_gives_a_dead_token_and_one_after_the_cut_a_live_one()
    {
        await using var cloud = await KeystoneCloud.OpenAsync(lab);
        var login = KeystoneServer.PasswordLogin(cloud.DanaName, cloud.Password);
        var dead = 0;
        for (var i = 0; i < 20 && dead == 0; i++)
        {
            await cloud.EnableAsync(false);
            await cloud.EnableAsync(true);
            var token = await cloud.Server.LoginAsync(login);
            dead += await cloud.StatusOfAsync(token) == 404 ? 1 : 0;
        }

        Assert.True(dead > 0, "no login fell into the second of an ending");
        await using var connector = cloud.Connector();
        for (var i = 0; i < 3; i++)
        {
            await CutAsync(connector, new() { Kind = CutKind.EndSession, Target = cloud.Nodes.Account(cloud.Dana) });

            Assert.Equal(200, await cloud.StatusOfAsync(await cloud.Server.LoginAsync(login)));
        }
    }

    private static async Task<NodeId> MemberAsync(KeystoneCloud cloud) =>
        cloud.Nodes.ProjectRole(cloud.Project, await cloud.Admin.RoleAsync("member"));

    private static async Task CutAsync(KeystoneConnector connector, Cut cut) =>
        Assert.IsType<CutOutcome.Acknowledged>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));
}
