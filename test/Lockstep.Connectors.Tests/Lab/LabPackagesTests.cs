using Lockstep.Lab;
using Lockstep.Lab.Packages;
using Xunit;

namespace Lockstep.Connectors.Tests.Lab;

public class LabPackagesTests
{
    [Fact]
    public async Task Installing_what_is_there_does_nothing_however_often_and_from_how_many_at_once()
    {
        if (await LabPackages.FindMissingAsync(LabSystems.PostgreSql) is { Count: > 0 } missing)
        {
            Assert.Skip($"not installed on this host: {string.Join(", ", missing)}");
        }

        List<string> said = [];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LabPackages.InstallAsync(LabSystems.PostgreSql, said.Add)));

        Assert.Empty(said);
    }

    [Fact]
    public void Every_system_names_its_packages() =>
        Assert.All(Enum.GetValues<LabSystems>().Where(s => s != LabSystems.None && int.IsPow2((int)s)), s =>
            Assert.NotEmpty(LabPackages.Needed[s]));
}
