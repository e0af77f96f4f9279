using System.Globalization;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenBao.Acl;
using Lockstep.Connectors.Tests.Lab;
using Lockstep.Lab;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

/// <summary>What Lockstep says a token may do equals what the running OpenBao answers for that token.</summary>
public class AclDifferentialTests(LabFixture lab)
{
    private const int Sets = 300;
    private const int Paths = 20;
    private const int Seed = 20261123;
    private static readonly string[] Words = ["create", "read", "update", "delete", "list", "sudo", "patch", "scan"];
    private static readonly string[] Parts = ["a", "b", "ab", "c"];

    [Fact]
    public async Task On_300_generated_policy_sets_with_20_paths_each_the_capabilities_are_those_of_the_server()
    {
        var bao = await lab.OpenBaoOfMountsAsync();
        using var root = bao.Client();
        var random = new Random(Seed);
        var granted = 0;
        for (var set = 0; set < Sets; set++)
        {
            var texts = Enumerable.Range(0, random.Next(1, 4)).ToDictionary(
                i => string.Create(CultureInfo.InvariantCulture, $"gen-{set}-{i}"), _ => Policy(random));
            foreach (var (name, text) in texts)
            {
                await root.SendAsync("PUT", $"/v1/sys/policies/acl/{name}", new JsonObject { ["policy"] = text });
            }

            var made = await root.SendAsync("POST", "/v1/auth/token/create", new JsonObject
            {
                ["policies"] = new JsonArray([.. texts.Keys.Select(k => (JsonNode)k)]), ["no_default_policy"] = true, ["ttl"] = "10m",
            });
            var paths = new HashSet<string>(StringComparer.Ordinal);
            while (paths.Count < Paths)
            {
                paths.Add(Path(random, isPattern: false));
            }

            var answer = await root.SendAsync("POST", "/v1/sys/capabilities", new JsonObject
            {
                ["token"] = (string)made.Body!["auth"]!["client_token"]!, ["paths"] = new JsonArray([.. paths.Select(p => (JsonNode)p)]),
            });
            var ours = new PolicySet(texts.SelectMany(t => PolicyText.Read(t.Key, t.Value)), isRoot: false, TimeProvider.System.GetUtcNow());

            foreach (var path in paths)
            {
                var theirs = ((JsonArray)answer.Body!["data"]![path]!).Select(c => (string)c!).Order(StringComparer.Ordinal).ToList();
                Assert.True(
                    theirs.SequenceEqual(ours.CapabilitiesOn(path)),
                    $"set {set} `{path}`: {string.Join(',', theirs)} and not {string.Join(',', ours.CapabilitiesOn(path))}\n{string.Join('\n', texts.Values)}");
                granted += theirs is ["deny"] ? 0 : 1;
            }

            await root.SendAsync("POST", "/v1/auth/token/revoke-accessor", new JsonObject
            {
                ["accessor"] = (string)made.Body!["auth"]!["accessor"]!,
            });
            foreach (var name in texts.Keys)
            {
                await root.SendAsync("DELETE", $"/v1/sys/policies/acl/{name}");
            }
        }

        Assert.True(granted > Sets * 3, $"only {granted} answers granted anything: this test shows little");
    }

    private static string Policy(Random random) => string.Join('\n', Enumerable.Range(0, random.Next(1, 7)).Select(_ =>
    {
        var words = random.Next(8) == 0 ? ["deny"] : Words.Where(_ => random.Next(3) == 0).DefaultIfEmpty("read").ToArray();
        return $$"""path "{{Path(random, isPattern: true)}}" { capabilities = [{{string.Join(", ", words.Select(w => $"\"{w}\""))}}] }""";
    }));

    private static string Path(Random random, bool isPattern)
    {
        var parts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => isPattern && random.Next(4) == 0 ? "+" : Parts[random.Next(Parts.Length)]);
        var path = "kv/" + string.Join('/', parts);
        var end = random.Next(4);
        return end == 0 ? path + "/" : isPattern && end == 1 ? path + (path.EndsWith('+') ? "/*" : "*") : path;
    }
}
