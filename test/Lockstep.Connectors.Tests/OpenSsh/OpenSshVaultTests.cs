using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Reconciliation;
using Lockstep.Testing.Reconciliation;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

/// <summary>Certificates that a vault signs, at the host that trusts it.</summary>
[Collection("openssh")]
public class OpenSshVaultTests(LabFixture lab)
{
    [Fact]
    public async Task A_certificate_outlives_the_token_that_asked_for_it()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var connector = subject.Connect(subject.Port);
        var ((user, account), (key, _)) = (await subject.NewUserAsync(), await subject.NewKeyAsync());
        await subject.SetPrincipalsAsync(user, $"{user}-p\n");
        var vault = await SshVault.StartAsync(await lab.OpenBaoOfMountsAsync(), $"{user}-p");
        await subject.Server.TrustAsync(vault.PublicKey);
        await vault.LogInAndSignAsync(key, $"{user}-p");
        Assert.True(await subject.LetsInAsync(user, key, withCertificate: true));

        await vault.RevokeTokenAsync();

        Assert.True(await subject.LetsInAsync(user, key, withCertificate: true), "a token's end is not expected to reach the host");
        var seen = await Sightings.OfAsync((IObserveAccess)connector);
        var link = seen.Links.Single(l => l.Kind == LinkKind.AuthenticatesAs && l.To == account && l.From.Kind == NodeKinds.Credential);
        Assert.Equal(vault.DisplayName, seen.Nodes[link.From].Find(NodeAttributes.SignedFor));
        await OpenSshSurvivalTests.CutAsync(connector, CutKind.RevokeCredential, link.From);
        Assert.False(await subject.LetsInAsync(user, key, withCertificate: true));
    }

    [Fact]
    public async Task One_chain_leads_from_a_person_through_the_vault_to_sudo_on_the_host_and_is_cut_along_its_whole_length()
    {
        await using var subject = await OpenSshSubject.StartAsync(lab);
        await using var host = subject.Connect(subject.Port);
        var ((user, account), (key, _)) = (await subject.NewUserAsync(), await subject.NewKeyAsync());
        await subject.SetPrincipalsAsync(user, $"{user}-p\n");
        await subject.AddSudoAsync($"{user} ALL=(root) NOPASSWD: /usr/bin/true\n");
        var vault = await SshVault.StartAsync(await lab.OpenBaoOfMountsAsync(), $"{user}-p, another");
        await subject.Server.TrustAsync(vault.PublicKey);
        await vault.LogInAndSignAsync(key, $"{user}-p");
        var session = await subject.OpenAsync(user, key, withCertificate: true);
        await using var bao = vault.Connect();
        var estate = new FoldedLab(new CorrelationRules
        {
            AuthoritySystem = "ldap",
            Rules = [new CorrelationRule.ByAttribute(SshVault.System, NodeAttributes.EmployeeNumber, NodeAttributes.EmployeeNumber)],
        })
        { Now = DateTimeOffset.UtcNow };
        estate.Observe("ldap", FoldedLab.Seen(
            FoldedLab.Node("ldap", "account", "k1", "somebody", NodeState.Active, (NodeAttributes.EmployeeNumber, vault.EmployeeNumber))));
        async Task<IReadOnlyList<Chain>> ChainsAsync()
        {
            foreach (var connector in new[] { bao, host })
            {
                var seen = await Testing.Contracts.Listing.ReadAsync(connector);
                estate.Run(connector.SystemName, [.. seen.Elements], connector.SystemKind);
            }

            var person = Assert.Single(estate.Estate.FindIdentities("somebody"));
            var sudo = new AccessTarget(subject.Ids.Host, "sudo (root) NOPASSWD: /usr/bin/true");
            return estate.Estate.Graph.Chains(person.Id, sudo, 20, DateTimeOffset.UtcNow, QueryLimits.Default, default).Value;
        }

        var before = await ChainsAsync();

        Assert.Contains(before, c => c.Links.Any(l => l.Action == "sign") && c.Links.Count(l => l.Kind == LinkKind.Trusts) == 2);
        Assert.Contains(before, c => c.Credential is { Kind: NodeKinds.Credential } k && HostIdsIsCertificate(k) && c.Until is not null);
        Assert.Contains(before, c => c.Links.Any(l => l is { Kind: LinkKind.Holds, To.Kind: NodeKinds.Session, Source: "lockstep" }));
        Assert.DoesNotContain(before, c => c.Links.Any(l => l.Kind == LinkKind.Trusts && l.To == subject.Ids.Authority(vault.Fingerprint)));

        var certificate = before.Select(c => c.Credential).OfType<NodeId>().First(HostIdsIsCertificate);
        await OpenSshSurvivalTests.CutAsync(bao, CutKind.DisableAccount, vault.Entity);
        await OpenSshSurvivalTests.CutAsync(host, CutKind.RevokeCredential, certificate);
        await OpenSshSurvivalTests.CutAsync(host, CutKind.EndSession, (await new OpenSshTrials(subject).SessionOfAsync(user)).Id);

        Assert.Empty(await ChainsAsync());
        Assert.False(await session.AnswersAsync());
        Assert.False(await subject.LetsInAsync(user, key, withCertificate: true));
        Assert.True(await subject.SudoRunsAsync(user, "/usr/bin/true"), $"the account of others ({account}) keeps its rule");
    }

    private static bool HostIdsIsCertificate(NodeId id) => Connectors.OpenSsh.HostIds.IsCertificate(id);
}
