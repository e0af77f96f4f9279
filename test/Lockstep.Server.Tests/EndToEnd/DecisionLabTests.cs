using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Lockstep.Client;
using Lockstep.Lab;
using Lockstep.Lab.Packages;
using Lockstep.Lab.Processes;
using Lockstep.Lab.Seed;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;
using Lockstep.Server.Tests.Decisions;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>The decision point over the seeded company on the core systems of the lab; the truth is changed by the directory's own client.</summary>
[Collection(LabTurn.First)]
public sealed class DecisionLabTests : IAsyncLifetime
{
    private const string Door = """
        {"node":{"id":"doors/resource/vault-room","name":"vault room"}}
        {"link":{"from":"directory/group/?name=payments-oncall","kind":"permits","to":"doors/resource/vault-room","action":"OPEN","evidence":"badge list"}}
        """;

    private const string Access = """
        permit (principal in Lockstep::Role::"admin", action, resource);
        permit (principal in Lockstep::Role::"cutter", action == Lockstep::Action::"offboard", resource);
        """;

    private LabServers _lab = null!;
    private LockstepConfig _config = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab's servers need Linux and root");
        var missing = await LabPackages.FindMissingAsync(LabSystems.Core, CancellationToken.None);
        Assert.SkipUnless(missing.Count == 0, $"not installed: {string.Join(' ', missing)}; `lockstep demo` installs them");
        _lab = await LabServers.StartAsync();
        var estate = await LabSeed.RunAsync(_lab);
        var facts = Directory.CreateDirectory(_lab.Folder.PathOf("facts", "doors")).FullName;
        await File.WriteAllTextAsync(Path.Combine(facts, "doors.jsonl"), Door);
        var file = LabConfig.Write(
            estate, _lab.Folder, _lab.Folder.PathOf("lockstep-data"), LabProcess.TakeFreePort(), Path.GetDirectoryName(facts));
        var access = _lab.Folder.PathOf("access.cedar");
        await File.WriteAllTextAsync(access, Access);
        _config = Assert.IsType<ConfigReading.Good>(ConfigFile.Read(file)).Config with { Policy = new PolicyConfig { Access = [access] } };
    }

    public async ValueTask DisposeAsync()
    {
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }

    /// <summary>
    /// Goal: one answer, whoever asks. Method: for every identity of the estate and everything that anybody reaches, evaluation and all
    /// three searches are held to the graph's effective access and who-can. Then the leaver leaves a group in the directory, by its own
    /// client, and the decision must turn within a second of that.
    /// </summary>
    [Fact]
    public async Task Decisions_agree_with_the_graph_and_turn_within_a_second_of_the_directory()
    {
        await using (var still = await StartAsync(sweeps: false))
        {
            using var admin = new LockstepClient(still.Address, Token(still));
            var looked = await admin.ObserveAsync(new ObserveRequest(), CancellationToken.None);
            Assert.All(looked.Systems, s => Assert.True(s.IsComplete, $"{s.Name}: {s.Error?.Detail}"));
            using var http = Http(still);
            var estate = still.Services.GetRequiredService<Pictures>().Current.Estate;

            var permitted = await Agreement.RequireAsync(estate, (path, body) => AskAsync(http, path, body));

            Assert.True(permitted > 20, $"only {permitted} pairs of identity and target are permitted in the whole company");
            await RequireRotationIsAskedAsync(still, admin);
        }

        await using var live = await StartAsync(sweeps: true);
        using var asked = Http(live);
        var leaver = AcmeCompany.Person(AcmeCompany.Leaver);
        var question = Pep.Question($"identity/{leaver.Mail}", "OPEN", "resource/doors/resource/vault-room");
        var before = await UntilAsync(asked, question, decision: true, TimeSpan.FromSeconds(60));

        // The watch must stand before the change, or the sweep would be measured.
        await Task.Delay(TimeSpan.FromSeconds(3));
        await _lab.OpenLdap!.ModifyAsync(
            $"dn: cn=payments-oncall,ou=groups,{Lab.OpenLdap.OpenLdapServer.Suffix}\n"
                + $"changetype: modify\ndelete: member\nmember: {leaver.Dn}\n\n");
        var clock = Stopwatch.StartNew();
        var after = await UntilAsync(asked, question, decision: false, TimeSpan.FromSeconds(14));
        var took = clock.Elapsed;

        var permit = before.GetProperty("context");
        Assert.Equal("effective-access", permit.GetProperty("policies")[0].GetProperty("id").GetString());
        Assert.Contains(permit.GetProperty("chain").EnumerateArray(), l => l.GetProperty("to_name").GetString() == "payments-oncall");
        Assert.Equal("OPEN", permit.GetProperty("chain").EnumerateArray().Last().GetProperty("action").GetString());
        Assert.Equal("not_permitted", after.GetProperty("context").GetProperty("reason").GetString());
        TestContext.Current.SendDiagnosticMessage($"the decision turned {took.TotalMilliseconds:0} ms after the directory's client returned");
        Assert.True(took < TimeSpan.FromSeconds(1), $"the decision turned only {took.TotalMilliseconds:0} ms after the change");
    }

    /// <summary>Whoever may offboard and not rotate cannot open a case that would replace what others use, too.</summary>
    private static async Task RequireRotationIsAskedAsync(LockstepHost host, LockstepClient admin)
    {
        var order = new OpenCase(AcmeCompany.Person(AcmeCompany.Leaver).Mail, "leaves", "offboarding");
        var plan = await admin.PlanAsync(order, CancellationToken.None);
        Assert.Contains(plan.Steps, s => s.Kind == "rotateCredential");
        var created = await admin.CreateTokenAsync(new CreateToken("cutter", "cutter"), CancellationToken.None);
        using var cutter = new LockstepClient(host.Address, created.Secret);

        var refusal = await Assert.ThrowsAsync<ApiException>(() => cutter.OpenCaseAsync(order, CancellationToken.None));

        Assert.Equal(403, refusal.Status);
        Assert.Contains("may not rotate", refusal.Message, StringComparison.Ordinal);
        Assert.Empty((await admin.CasesAsync(CancellationToken.None)).Cases);
    }

    private static string Token(LockstepHost host) => File.ReadAllText(host.AdminTokenFile).Trim();

    private static HttpClient Http(LockstepHost host)
    {
        var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token(host));
        return http;
    }

    private static async Task<JsonElement> AskAsync(HttpClient http, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"/access/v1/{path}", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path} {body}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<JsonElement> UntilAsync(HttpClient http, string question, bool decision, TimeSpan longest)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await AskAsync(http, "evaluation", question);
            if (answer.GetProperty("decision").GetBoolean() == decision)
            {
                return answer;
            }

            Assert.True(clock.Elapsed < longest, $"still {answer} after {longest.TotalSeconds:0} s");
            await Task.Delay(20);
        }
    }

    private async Task<LockstepHost> StartAsync(bool sweeps)
    {
        var options = new HostOptions { Sweeps = sweeps, LogFile = _lab.Folder.PathOf("lockstep.log") };
        return Assert.IsType<HostStart.Started>(await LockstepHost.StartAsync(_config, options, CancellationToken.None)).Host;
    }
}
