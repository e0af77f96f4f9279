using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Keystone;

public class KeystoneFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "keystone";

    protected override bool SpeaksHttp => true;

    protected override async Task<IConnectorSubject> StartAsync() => await KeystoneSubject.StartAsync(lab);
}
