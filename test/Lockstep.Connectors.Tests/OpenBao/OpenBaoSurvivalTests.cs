using System.Text.Json.Nodes;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Lab;
using Lockstep.Secrets;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>What outlives a cut, on the running OpenBao: after the cut, what Lockstep lists is what is still usable.</summary>
[Collection("openbao")]
public class OpenBaoSurvivalTests(LabFixture lab)
{
    [Fact]
    public async Task An_orphan_token_survives_its_maker_and_is_still_listed()
    {
        await using var bao = await OpenBaoSubject.StartAsync(lab);
        await using var connector = (IObserveAccess)bao.Connect(bao.Port);
        await bao.PolicyAsync("orphans", """path "auth/token/create-orphan" { capabilities = ["create", "update", "sudo"] }""");
        var (id, login) = await bao.NewEntityAsync();
        await bao.Root.SendAsync("POST", $"/v1/identity/entity/id/{id}", new JsonObject { ["policies"] = new JsonArray("orphans") });
        var (token, accessor) = await bao.LogInAsync(login);
        var (orphan, orphanAccessor) = await MakeAsync(bao, token, "create-orphan", new JsonObject { ["policies"] = new JsonArray("default") });

        await CutAsync(connector, CutKind.RevokeCredential, bao.Ids.Token(accessor));
        await CutAsync(connector, CutKind.DisableAccount, bao.Ids.Entity(id));

        Assert.False(await bao.OpensAsync(token));
        Assert.True(await bao.OpensAsync(orphan));
        var seen = await Sightings.OfAsync(connector);
        Assert.Equal("true", seen.Nodes[bao.Ids.Token(orphanAccessor)].Find("orphan"));
        Assert.DoesNotContain(bao.Ids.Token(accessor), seen.Nodes.Keys);
        Assert.Equal(NodeState.Disabled, seen.Nodes[bao.Ids.Entity(id)].State);
    }

    [Fact]
    public async Task A_batch_token_is_in_no_listing_and_ends_with_its_entity()
    {
        await using var bao = await OpenBaoSubject.StartAsync(lab);
        await using var connector = (IObserveAccess)bao.Connect(bao.Port);
        await bao.PolicyAsync("batches", """path "auth/token/create" { capabilities = ["create", "update"] }""");
        var (id, login) = await bao.NewEntityAsync();
        await bao.Root.SendAsync("POST", $"/v1/identity/entity/id/{id}", new JsonObject { ["policies"] = new JsonArray("batches") });
        var (token, _) = await bao.LogInAsync(login);
        var (batch, _) = await MakeAsync(bao, token, "create", new JsonObject { ["type"] = "batch", ["ttl"] = "10m" });
        Assert.True(await bao.OpensAsync(batch));

        await CutAsync(connector, CutKind.DisableAccount, bao.Ids.Entity(id));

        Assert.False(await bao.OpensAsync(batch));
    }

    [Fact]
    public async Task An_entity_that_was_deleted_is_never_called_disabled()
    {
        await using var bao = await OpenBaoSubject.StartAsync(lab);
        await using var connector = (ICutAccess)bao.Connect(bao.Port);
        var (id, login) = await bao.NewEntityAsync();
        await bao.Root.SendAsync("DELETE", $"/v1/identity/entity/id/{id}");
        var cut = new Cut { Kind = CutKind.DisableAccount, Target = bao.Ids.Entity(id) };

        Assert.IsType<CutOutcome.Failed>(await connector.CutAsync(cut, new(Guid.NewGuid(), 0), default));
        Assert.IsType<LookOutcome.StillThere>(await connector.LookAsync(cut, default));
        Assert.True(await bao.OpensAsync((await bao.LogInAsync(login)).Token));
    }

    [Fact]
    public async Task A_new_version_is_stored_once_and_the_old_one_can_be_read_no_more()
    {
        await using var bao = await OpenBaoSubject.StartAsync(lab);
        await using var connector = (IStoreSecrets)bao.Connect(bao.Port);
        var path = $"rotate-{Guid.NewGuid():N}";
        await bao.Root.SendAsync("POST", $"/v1/secret/data/{path}", OpenBaoSubject.Value("old-value"));
        var (secret, key) = (bao.Ids.Kv("secret", path), new StepKey(Guid.NewGuid(), 0));
        using var value = SecretText.Generate();

        Assert.IsType<CutOutcome.Acknowledged>(await connector.StoreValueAsync(secret, value, key, default));
        Assert.IsType<CutOutcome.Acknowledged>(await connector.StoreValueAsync(secret, value, key, default));
        Assert.IsType<CutOutcome.Acknowledged>(await connector.RetireOldValuesAsync(secret, key, default));

        var now = (await bao.Root.SendAsync("GET", $"/v1/secret/data/{path}")).Body!["data"]!;
        Assert.Equal((2, value.RevealString()), ((int)now["metadata"]!["version"]!, (string)now["data"]!["password"]!));
        Assert.Equal(404, (await bao.Root.TryAsync("GET", $"/v1/secret/data/{path}?version=1")).Status);
        using var read = Assert.IsType<SecretReading.Read>(await connector.ReadValueAsync(secret, default)).Value;
        Assert.Equal(value.RevealString(), read.RevealString());
    }

    private static async Task CutAsync(IConnector connector, CutKind kind, NodeId target) => Assert.IsType<CutOutcome.Acknowledged>(
        await ((ICutAccess)connector).CutAsync(new Cut { Kind = kind, Target = target }, new(Guid.NewGuid(), 0), default));

    private static async Task<(LabSecret Token, string Accessor)> MakeAsync(OpenBaoSubject bao, LabSecret maker, string how, JsonObject body)
    {
        using var client = bao.Server.Client(maker);
        var made = (await client.SendAsync("POST", $"/v1/auth/token/{how}", body)).Body!["auth"]!;
        return (new LabSecret((string)made["client_token"]!), (string?)made["accessor"] ?? "");
    }
}
