using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

[Collection("openssh")]
public class OpenSshObserveContractTests(LabFixture lab) : ObserveContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await OpenSshSubject.StartAsync(lab);
}

[Collection("openssh")]
public class OpenSshCutContractTests(LabFixture lab) : CutContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await OpenSshSubject.StartAsync(lab);
}
