using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

[Collection("openbao")]
public class OpenBaoObserveContractTests(LabFixture lab) : ObserveContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await OpenBaoSubject.StartAsync(lab);
}

[Collection("openbao")]
public class OpenBaoCutContractTests(LabFixture lab) : CutContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await OpenBaoSubject.StartAsync(lab);
}
