using Lockstep.Connectors.Ldap;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

public class DistinguishedNameTests
{
    [Theory]
    [InlineData("CN=Dana, OU=People,dc=acme", "cn=dana,ou=people,DC=ACME")]
    [InlineData(@"cn=O\2CNeil,dc=acme", @"cn=o\,neil,dc=acme")]
    [InlineData(@"cn=J\C3\A9r\C3\B4me", "cn=Jérôme")]
    [InlineData("cn=a+uid=b,dc=x", "UID=b+CN=a,dc=x")]
    [InlineData("cn=a  b", "cn=A b")]
    [InlineData(@"cn=\20a", "cn=a")]
    public void Equal_names_have_one_canonical_form(string left, string right) =>
        Assert.Equal(DistinguishedName.Canonical(left), DistinguishedName.Canonical(right));

    [Theory]
    [InlineData(@"cn=a\,dc=x", "cn=a,dc=x")]
    [InlineData(@"cn=a\+uid=b", "cn=a+uid=b")]
    [InlineData("cn=ab", "cn=a b")]
    [InlineData(@"cn=a\\,dc=x", @"cn=a\,dc=x")]
    public void Different_names_stay_different(string left, string right) =>
        Assert.NotEqual(DistinguishedName.Canonical(left), DistinguishedName.Canonical(right));

    [Fact]
    public void A_value_survives_escaping_whatever_it_holds()
    {
        var random = new Random(4711);
        const string Alphabet = "ab ,+\"\\<>;=#é\u0001€😀";
        for (var i = 0; i < 20_000; i++)
        {
            var value = "x" + string.Concat(
                Enumerable.Range(0, random.Next(8)).Select(_ => Alphabet.EnumerateRunes().ElementAt(random.Next(14)).ToString())) + "y";

            var once = DistinguishedName.Canonical($"cn={DistinguishedName.Escape(value)},dc=x");

            Assert.Equal(once, DistinguishedName.Canonical(once));
            Assert.EndsWith(",dc=x", once);
            Assert.True(DistinguishedName.IsUnder(once, "dc=x"));
        }
    }

    [Fact]
    public void A_name_is_under_its_base_and_not_under_one_that_only_ends_alike()
    {
        Assert.True(DistinguishedName.IsUnder("cn=a,ou=people,dc=x", "ou=people,dc=x"));
        Assert.False(DistinguishedName.IsUnder("cn=a,zou=people,dc=x", "ou=people,dc=x"));
    }
}
