using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

public class LdapFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "ldap";

    protected override bool SpeaksHttp => false;

    protected override async Task<IConnectorSubject> StartAsync() => await LdapSubject.StartAsync(lab);
}
