using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

[Collection("openssh")]
public class OpenSshFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "openssh";

    protected override bool SpeaksHttp => false;

    protected override async Task<IConnectorSubject> StartAsync() => await OpenSshSubject.StartAsync(lab);
}
