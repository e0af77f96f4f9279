using Lockstep.Connectors.PostgreSql;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Secrets;
using Xunit;

namespace Lockstep.Connectors.Tests.PostgreSql;

public class ScramVerifierTests(LabFixture lab)
{
    [Theory]
    [InlineData("scram-sha-256", "pencil")]
    [InlineData("scram-sha-256", "it's \"quoted\" \\ $1 %s")]
    [InlineData("md5", "pencil")]
    public async Task What_PostgreSQL_stores_for_a_value_is_recognised_and_nothing_else_is(string encryption, string text)
    {
        await using var subject = await PostgreSqlSubject.StartAsync(lab);
        var (name, oid) = await subject.NewRoleAsync();
        await subject.PsqlAsync($"SET password_encryption = '{encryption}'; ALTER ROLE {name} PASSWORD '{text.Replace("'", "''")}'");
        var verifier = await subject.PsqlAsync($"SELECT rolpassword FROM pg_authid WHERE oid = {oid}");
        using var value = SecretText.FromString(text);
        using var other = SecretText.FromString(text + " ");

        Assert.True(ScramVerifier.Matches(verifier, name, value));
        Assert.False(ScramVerifier.Matches(verifier, name, other));
        Assert.False(ScramVerifier.Matches(verifier, name + "x", other));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SCRAM-SHA-256$")]
    [InlineData("SCRAM-SHA-256$0:AAAA$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$2000000000:AAAA$AAAA:AAAA")]
    [InlineData("SCRAM-SHA-256$4096:!$AAAA:AAAA")]
    [InlineData("md5")]
    public void A_verifier_that_is_none_matches_nothing(string verifier)
    {
        using var value = SecretText.FromString("pencil");

        Assert.False(ScramVerifier.Matches(verifier, "role", value));
    }
}
