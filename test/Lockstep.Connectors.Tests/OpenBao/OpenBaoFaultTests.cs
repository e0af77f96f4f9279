using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

public class OpenBaoFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "openbao";

    protected override bool SpeaksHttp => true;

    protected override async Task<IConnectorSubject> StartAsync() => await OpenBaoSubject.StartAsync(lab);
}
