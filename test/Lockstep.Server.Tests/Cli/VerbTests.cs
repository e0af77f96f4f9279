using System.CommandLine;
using System.Text.Json;
using Lockstep.Ask;
using Lockstep.Cli.Verbs;
using Lockstep.Server.Tests.Api;
using Xunit;

namespace Lockstep.Server.Tests.Cli;

/// <summary>The verbs against a real host. One class, since they find the server by the process's environment.</summary>
public class VerbTests
{
    [Fact]
    public void Every_verb_has_an_example_that_the_parser_takes()
    {
        var root = CommandLine.Create(new Terminal(TextWriter.Null, TextWriter.Null, canColor: false), AllVerbs.Create);
        var verbs = All(root).Where(c => c != root).ToList();

        Assert.True(verbs.Count > 20, "the verbs were not found");
        foreach (var verb in verbs)
        {
            var example = ExampleHelp.Of(verb);
            Assert.True(example is not null, $"{verb.Name} has no example");
            foreach (var line in example.Split('\n'))
            {
                var start = line.IndexOf("lockstep ", StringComparison.Ordinal);
                Assert.True(start >= 0, line);
                var text = line[(start + "lockstep ".Length)..].Replace(
                    "0198c1e2-...", "0198c1e2-0000-7000-8000-000000000000", StringComparison.Ordinal);
                Assert.True(root.Parse(text).Errors.Count == 0, $"{line}: {string.Join("; ", root.Parse(text).Errors)}");
            }
        }
    }

    [Fact]
    public async Task Verbs_answer_with_text_json_and_exit_codes()
    {
        await using var host = await TestHost.StartAsync();
        Point(host.Host.Address.ToString(), host.AdminToken);
        (string Line, int Code, string Contains)[] transcript =
        [
            ("systems", 0, "dir (authority)"),
            ("access dana", 0, "READ on ledger"),
            ("who-can READ ledger", 0, "dana"),
            ("explain dana READ ledger", 0, "memberOf -> payments team"),
            ("explain dana WRITE ledger", 1, "cannot"),
            ("decide dana READ ledger", 0, "permit by effective-access"),
            ("decide dana WRITE ledger", 1, "no policy permits it"),
            ("decide user::zoe READ record::9 --json", 1, "not_permitted"),
            ("decide dana WRITE ledger --why", 1, "session 9 of lee"),
            ("decide dana WRITE ledger --why --json", 1, "\"ways\""),
            ("policy", 0, "the shipped policy"),
            ("policy", 0, "who may do what in Lockstep itself"),
            ("policy applies --action WRITE --resource ledger", 0, "needs to know principal.reaches"),
            ("policy applies --subject identity:: --json", 0, "\"unknown\""),
            ("policy impact no-such-file.cedar", 2, ""),
            ("policy reload", 0, "0 lost"),
            ("guardrails", 0, "No guardrails run"),
            ("guardrails reload", 0, "nothing was checked"),
            ("guardrails check", 1, "nothing was checked"),
            ("guardrails check --what-if nowhere", 2, ""),
            ("residual lee", 1, "works"),
            ("offboard dana --dry-run", 0, "Nothing was done"),
            ("cases", 0, "verified"),
            ("observe", 0, "complete"),
            ("ledger verify", 0, "The ledger holds"),
            ("token list", 0, "admin"),
            ("access kim", 2, ""),
            ("access zoe", 2, ""),
            ("nonsense", 2, ""),
            ("access dana --as-of yesterdayish", 2, ""),
        ];
        foreach (var (line, code, contains) in transcript)
        {
            var (exit, output, error) = await RunAsync(line);
            Assert.True(exit == code, $"{line}: {exit} {error}");
            Assert.Contains(contains, output, StringComparison.Ordinal);

            if (code is 0 or 1)
            {
                var json = await RunAsync($"{line} --json");
                Assert.Equal(code, json.Exit);
                using var parsed = JsonDocument.Parse(json.Output);
            }
        }
    }

    [Fact]
    public async Task A_missing_server_is_3_and_a_viewer_who_offboards_is_4()
    {
        await using var host = await TestHost.StartAsync();
        Point("http://127.0.0.1:1", host.AdminToken);
        Assert.Equal(3, (await RunAsync("systems")).Exit);

        var viewer = await host.Admin.CreateTokenAsync(new Client.CreateToken("v", "viewer"), CancellationToken.None);
        Point(host.Host.Address.ToString(), viewer.Secret);
        var (exit, _, error) = await RunAsync("offboard dana");
        Assert.Equal(4, exit);
        Assert.Contains("LS3002", error, StringComparison.Ordinal);

        Point(host.Host.Address.ToString(), "lst_000000000000_nothing-that-was-ever-made-by-anybody");
        Assert.Equal(4, (await RunAsync("systems")).Exit);
    }

    [Fact]
    public async Task A_certificate_with_any_changed_byte_is_refused()
    {
        await using var host = await TestHost.StartAsync();
        Point(host.Host.Address.ToString(), host.AdminToken);
        var file = Path.Combine(host.Folder, "certificate.json");
        await RunAsync("offboard dana --reason test");
        var id = (await host.Admin.CasesAsync(CancellationToken.None)).Cases[0].Id;

        Assert.Equal(0, (await RunAsync($"certificate {id} -o {file}")).Exit);
        Assert.Equal(0, (await RunAsync($"verify {file}")).Exit);
        var bytes = await File.ReadAllBytesAsync(file);
        for (var i = 0; i < bytes.Length; i += Math.Max(1, bytes.Length / 60))
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            await File.WriteAllBytesAsync(file, changed);
            Assert.True((await RunAsync($"verify {file}")).Exit == 1, $"byte {i}");
        }
    }

    private static void Point(string url, string token)
    {
        Environment.SetEnvironmentVariable("LOCKSTEP_URL", url);
        Environment.SetEnvironmentVariable("LOCKSTEP_TOKEN", token);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = await CommandLine.RunAsync(line.Split(' '), new Terminal(output, error, canColor: false), AllVerbs.Create, CancellationToken.None);
        return (exit, output.ToString(), error.ToString());
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);
}
