using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.PostgreSql;

public class PostgreSqlFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "postgresql";

    protected override bool SpeaksHttp => false;

    protected override async Task<IConnectorSubject> StartAsync() => await PostgreSqlSubject.StartAsync(lab);
}
