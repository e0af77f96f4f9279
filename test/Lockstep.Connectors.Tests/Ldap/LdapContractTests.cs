using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;

namespace Lockstep.Connectors.Tests.Ldap;

public class LdapObserveTests(LabFixture lab) : ObserveContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await LdapSubject.StartAsync(lab);
}

public class LdapCutTests(LabFixture lab) : CutContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await LdapSubject.StartAsync(lab);
}
