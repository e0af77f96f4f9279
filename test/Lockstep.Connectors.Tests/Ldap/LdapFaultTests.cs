using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

public class LdapFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "ldap";

    protected override IReadOnlyDictionary<HttpFault, string> CannotBe { get; } = new Dictionary<HttpFault, string>
    {
        [HttpFault.Answers429WithRetryAfter] = "LDAP's `busy` (51) has no word about when",
    };

    protected override async Task<IConnectorSubject> StartAsync() => await LdapSubject.StartAsync(lab);

    protected override Task<ILyingSystem> StartLyingAsync(IConnectorSubject subject) => Task.FromResult<ILyingSystem>(new LdapFaultProxy(subject.Port));

    protected override async Task<IReadOnlyList<FaultTrial>> MoreAsync(IConnectorSubject subject) =>
        [FaultTrial.Of(await LdapRotateTests.TrialOfAsync((LdapSubject)subject))];
}
