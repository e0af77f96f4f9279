using Lockstep.Lab;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

public class LabStateTests
{
    [Fact]
    public async Task A_lab_can_be_found_and_stopped_by_its_state_file_alone()
    {
        var options = new LabOptions { Systems = LabSystems.OpenLdap | LabSystems.PostgreSql };
        await using var lab = await LabSeedTests.StartOrSkipAsync(options);
        var state = LabState.Find(lab.Folder.Root)!;
        Assert.Equal(["openldap", "postgresql"], state.Servers.Select(s => s.System).Order());
        Assert.All(state.Servers, s => Assert.True(s.IsRunning));
        Assert.Contains(LabState.FindAll(), s => s.Folder == lab.Folder.Root);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(lab.Folder.PathOf("lab.json")));

        await state.StopAsync();

        Assert.All(state.Servers, s => Assert.False(s.IsRunning));
        Assert.All(lab.ProcessIds.Values, pid => Assert.Empty(LabServerTests.ProcessesOf(pid)));
        Assert.False(Directory.Exists(lab.Folder.Root));
    }

    [Fact]
    public void A_process_that_took_over_a_servers_id_is_not_taken_for_it()
    {
        var ourselves = new LabStateServer("openldap", Environment.ProcessId, StartTime: 1);

        Assert.False(ourselves.IsRunning);
    }
}
