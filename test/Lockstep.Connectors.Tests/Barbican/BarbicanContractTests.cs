using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

[Collection("barbican")]
public class BarbicanObserveContractTests(LabFixture lab) : ObserveContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await BarbicanSubject.StartAsync(lab);
}

[Collection("barbican")]
public class BarbicanCutContractTests(LabFixture lab) : CutContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await BarbicanSubject.StartAsync(lab);
}
