using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Keystone;

public class KeystoneFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "keystone";

    protected override IReadOnlyDictionary<HttpFault, string> CannotBe { get; } = new Dictionary<HttpFault, string>
    {
        [HttpFault.DropsLastPage] = "Keystone gives each listing whole, without pages",
    };

    protected override async Task<IConnectorSubject> StartAsync() =>
        await KeystoneSubject.StartAsync(lab, await lab.KeystoneOfFaultsAsync());

    protected override Task<ILyingSystem> StartLyingAsync(IConnectorSubject subject) => Task.FromResult<ILyingSystem>(new HttpFaultProxy(subject.Port));
}
