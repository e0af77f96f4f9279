using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Keystone;

[Collection("keystone")]
public class KeystoneObserveContractTests(LabFixture lab) : ObserveContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await KeystoneSubject.StartAsync(lab);
}

[Collection("keystone")]
public class KeystoneCutContractTests(LabFixture lab) : CutContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await KeystoneSubject.StartAsync(lab);
}
