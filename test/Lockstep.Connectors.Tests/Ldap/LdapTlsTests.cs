using Lockstep.Connectors.Ldap;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Lab.OpenLdap;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

public class LdapTlsTests(LabFixture lab)
{
    [Theory]
    [InlineData("ldaps")]
    [InlineData("starttls")]
    public async Task A_directory_is_read_over_TLS_with_its_own_authority_and_refused_without(string how)
    {
        var directory = await lab.OpenLdapAsync();
        await using var trusting = Make(directory, how, directory.CertificateFile);
        await using var distrusting = Make(directory, how, authorityFile: null);

        var listing = await Listing.ReadAsync(trusting);
        var broken = await Assert.ThrowsAsync<IncompleteObservationException>(() => Listing.ReadAsync(distrusting));

        Assert.True(listing.End.IsFull);
        Assert.Equal("LS2102", broken.Error.Code);
    }

    private static LdapConnector Make(OpenLdapServer directory, string how, string? authorityFile) => LdapConnector.Create(
        "lab-ldap",
        new()
        {
            Address = new(how == "ldaps" ? directory.TlsUrl! : directory.Url), StartTls = how == "starttls", AuthorityFile = authorityFile,
            BaseDn = OpenLdapServer.Suffix, BindDn = OpenLdapServer.AdminDn, Password = new FixedSecret(directory.AdminPassword.Reveal()),
        },
        TimeProvider.System);
}
