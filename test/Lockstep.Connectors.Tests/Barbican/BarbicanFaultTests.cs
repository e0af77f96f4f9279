using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

public class BarbicanFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "barbican";

    protected override IReadOnlyDictionary<HttpFault, string> CannotBe { get; } = new Dictionary<HttpFault, string>();

    protected override async Task<IConnectorSubject> StartAsync() => await BarbicanSubject.StartAsync(lab);

    protected override Task<ILyingSystem> StartLyingAsync(IConnectorSubject subject) => Task.FromResult<ILyingSystem>(new HttpFaultProxy(subject.Port));
}
