using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
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

public class PostgreSqlRotateTests(LabFixture lab) : RotateContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await PostgreSqlSubject.StartAsync(lab);

    protected override Task<RotationTrial> NewTrialAsync(IConnectorSubject subject) => TrialOfAsync((PostgreSqlSubject)subject);

    /// <summary>Makes a fresh account with a password.</summary>
    internal static async Task<RotationTrial> TrialOfAsync(PostgreSqlSubject cluster)
    {
        var (name, oid) = await cluster.NewAccountAsync();
        return new(
            NodeId.Of(PostgreSqlSubject.System, NodeKinds.Credential, $"password.{oid}"), cluster.Password, value =>
                cluster.WorksAsync(name, password: value));
    }
}
