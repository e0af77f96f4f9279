using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

public class BarbicanFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "barbican";

    protected override bool SpeaksHttp => true;

    protected override async Task<IConnectorSubject> StartAsync() => await BarbicanSubject.StartAsync(lab);
}
