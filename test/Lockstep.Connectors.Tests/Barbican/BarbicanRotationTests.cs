using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Lab;
using Lockstep.Secrets;
using Xunit;

namespace Lockstep.Connectors.Tests.Barbican;

[Collection("barbican")]
public class BarbicanRotationTests(LabFixture lab)
{
    private static readonly StepKey Step = new(Guid.NewGuid(), 3);

    [Fact]
    public async Task A_new_value_takes_the_old_ones_place_in_its_container_and_the_old_one_can_be_retired()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var (oldValue, newValue) = (LabSecret.Generate(LabFixture.Canary), LabSecret.Generate(LabFixture.Canary));
        var old = await vault.AddSecretAsync("db", oldValue, opens: "payments-db:payments_app");
        await vault.SetAclAsync(old, projectAccess: true, vault.Cloud.Dana);
        var container = await vault.AddContainerAsync("payments", old);
        await using var connector = vault.Connector();
        var dana = await vault.Cloud.LogInAsync();

        using var value = SecretText.FromString(newValue.Reveal());
        var stored = await connector.StoreValueAsync(BarbicanVault.Node(old), value, Step, CancellationToken.None);

        Assert.IsType<CutOutcome.Acknowledged>(stored);
        var contained = Assert.Single(await vault.ContainedAsync(container));
        var current = contained["password=".Length..];
        Assert.NotEqual(old, current);
        Assert.Equal((200, newValue.Reveal()), await vault.ReadAsync(dana, current));
        Assert.Equal((200, oldValue.Reveal()), await vault.ReadAsync(dana, old));
        Assert.Equal("payments-db:payments_app", (string?)(await MetadataAsync(vault, current))["opens"]);
        Assert.Equal(newValue.Reveal(), await ValueAsync(connector, old));

        Assert.IsType<CutOutcome.Acknowledged>(await connector.RetireOldValuesAsync(BarbicanVault.Node(old), Step, CancellationToken.None));
        Assert.Equal(404, (await vault.ReadAsync(dana, old)).Status);
        Assert.Equal((200, newValue.Reveal()), await vault.ReadAsync(dana, current));
        Assert.IsType<CutOutcome.Acknowledged>(await connector.RetireOldValuesAsync(BarbicanVault.Node(old), Step, CancellationToken.None));

        await using var restarted = vault.Connector();
        Assert.Equal(newValue.Reveal(), await ValueAsync(restarted, old));
    }

    [Fact]
    public async Task A_repeat_of_the_same_step_makes_nothing_new_even_with_a_fresh_connector()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var old = await vault.AddSecretAsync("db", LabSecret.Generate(LabFixture.Canary));
        var container = await vault.AddContainerAsync("payments", old);
        using var value = SecretText.Generate();
        await using (var first = vault.Connector())
        {
            await first.StoreValueAsync(BarbicanVault.Node(old), value, Step, CancellationToken.None);
        }

        var contained = await vault.ContainedAsync(container);
        await using var second = vault.Connector();
        await second.StoreValueAsync(BarbicanVault.Node(old), value, Step, CancellationToken.None);

        Assert.Equal(contained, await vault.ContainedAsync(container));
        Assert.Equal(2, (int)(await vault.KeeperHttp.SendAsync("GET", "/v1/secrets")).Body!["total"]!);
    }

    [Fact]
    public async Task A_repeat_that_brings_another_value_ends_with_that_value()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var old = await vault.AddSecretAsync("db", LabSecret.Generate(LabFixture.Canary));
        var container = await vault.AddContainerAsync("payments", old);
        await using var connector = vault.Connector();
        using var lost = SecretText.Generate();
        using var kept = SecretText.Generate();

        await connector.StoreValueAsync(BarbicanVault.Node(old), lost, Step, CancellationToken.None);
        await connector.StoreValueAsync(BarbicanVault.Node(old), kept, Step, CancellationToken.None);
        await connector.RetireOldValuesAsync(BarbicanVault.Node(old), Step, CancellationToken.None);

        Assert.Equal(kept.RevealString(), await ValueAsync(connector, old));
        Assert.Single(await vault.ContainedAsync(container));
        Assert.Equal(1, (int)(await vault.KeeperHttp.SendAsync("GET", "/v1/secrets")).Body!["total"]!);
    }

    /// <summary>
    /// Fails the n-th call for n = 1, 2, 3 ... until a whole run succeeds; after each failure a repeat must finish the step.
    /// </summary>
    [Fact]
    public async Task A_crash_at_any_call_is_finished_by_a_repeat()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var failures = 0;
        for (var nth = 1; ; nth++)
        {
            var old = await vault.AddSecretAsync($"db-{nth}", LabSecret.Generate(LabFixture.Canary), opens: "a:b");
            var container = await vault.AddContainerAsync("payments", old);
            var key = new StepKey(Guid.NewGuid(), nth);
            using var value = SecretText.Generate();
            using var cutting = new FailingAt(nth);
            await using (var crashing = vault.Connector(handler: cutting))
            {
                var outcome = await crashing.StoreValueAsync(BarbicanVault.Node(old), value, key, CancellationToken.None);
                if (!cutting.HasFired)
                {
                    Assert.IsType<CutOutcome.Acknowledged>(outcome);
                    break;
                }

                Assert.Equal(ConnectorErrorKind.Unreachable, Assert.IsType<CutOutcome.Failed>(outcome).Error.Kind);
                failures++;
            }

            await using var connector = vault.Connector();
            Assert.IsType<CutOutcome.Acknowledged>(
                await connector.StoreValueAsync(BarbicanVault.Node(old), value, key, CancellationToken.None));
            Assert.IsType<CutOutcome.Acknowledged>(
                await connector.RetireOldValuesAsync(BarbicanVault.Node(old), key, CancellationToken.None));
            var current = Assert.Single(await vault.ContainedAsync(container))["password=".Length..];
            Assert.NotEqual(old, current);
            Assert.Equal(value.RevealString(), await ValueAsync(connector, current));
            Assert.Equal("a:b", (string?)(await MetadataAsync(vault, current))["opens"]);
        }

        Assert.True(failures > 8, $"only {failures} calls were broken");
    }

    [Fact]
    public async Task Retiring_refuses_while_nothing_replaced_the_value()
    {
        await using var vault = await BarbicanVault.OpenAsync(lab);
        var value = LabSecret.Generate(LabFixture.Canary);
        var only = await vault.AddSecretAsync("only", value);
        await using var connector = vault.Connector();

        await connector.RetireOldValuesAsync(BarbicanVault.Node(only), Step, CancellationToken.None);

        Assert.Equal(value.Reveal(), await ValueAsync(connector, only));
    }

    private static async Task<string> ValueAsync(Connectors.Barbican.BarbicanConnector connector, string id)
    {
        var reading = await connector.ReadValueAsync(BarbicanVault.Node(id), CancellationToken.None);
        using var value = Assert.IsType<SecretReading.Read>(reading).Value;
        return value.RevealString();
    }

    private static async Task<JsonNode> MetadataAsync(BarbicanVault vault, string id) =>
        (await vault.KeeperHttp.SendAsync("GET", $"/v1/secrets/{id}/metadata")).Body!["metadata"]!;
}
