using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.PostgreSql;

public class PostgreSqlObserveTests(LabFixture lab) : ObserveContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await PostgreSqlSubject.StartAsync(lab);
}

public class PostgreSqlCutTests(LabFixture lab) : CutContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await PostgreSqlSubject.StartAsync(lab);
}
