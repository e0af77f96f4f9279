using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
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

public class LdapRotateTests(LabFixture lab) : RotateContract
{
    protected override async Task<IConnectorSubject> StartAsync() => await LdapSubject.StartAsync(lab);

    protected override Task<RotationTrial> NewTrialAsync(IConnectorSubject subject) => TrialOfAsync((LdapSubject)subject);

    /// <summary>Makes a fresh account with a password.</summary>
    internal static async Task<RotationTrial> TrialOfAsync(LdapSubject directory)
    {
        var (name, id) = await directory.NewPersonAsync();
        return new(NodeId.Of(LdapSubject.System, NodeKinds.Credential, $"password.{id.RawKey}"), directory.Password, value =>
            directory.BindsAsync(name, value));
    }
}
