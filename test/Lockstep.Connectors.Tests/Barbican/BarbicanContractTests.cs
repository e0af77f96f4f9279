using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

[Collection("openstack")]
public class BarbicanObserveContractTests(LabFixture lab) : ObserveContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await BarbicanSubject.StartAsync(lab);
}

[Collection("openstack")]
public class BarbicanCutContractTests(LabFixture lab) : CutContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await BarbicanSubject.StartAsync(lab);
}
