using System.Text;
using Lockstep.Client;
using Lockstep.Lab.Adversary;
using Lockstep.Lab.Seed;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>
/// Everything on real systems; the truth is what an adversary with the leavers' own passwords, tokens and sessions can still do.
/// </summary>
[Collection(LabTurn.First)]
public sealed class OffboardingTests(StageFixture fixture) : IClassFixture<StageFixture>
{
    private readonly List<string> _answers = [];

    /// <summary>
    /// Goal: what Lockstep says is gone is gone, for every leaver of the company. Method: an adversary per leaver takes what they hold;
    /// all cases run at once; whatever then still works must be listed as residual access that has not ended yet. Then the run's
    /// canary, which is a part of every password and secret, is searched in everything that Lockstep wrote or said.
    /// </summary>
    [Fact]
    public async Task After_offboarding_the_adversary_is_refused_everywhere_and_no_secret_was_written_down()
    {
        var (client, stage) = (fixture.Stage.Client, fixture.Stage);
        var adversaries = await Task.WhenAll(AcmeCompany.Leavers.Select(stage.PrepareAdversaryAsync));
        await client.ObserveAsync(new ObserveRequest(), CancellationToken.None);
        Assert.All(await Task.WhenAll(adversaries.Select(a => a.TryEverythingAsync())), tries =>
            Assert.Contains(tries, t => t.Verdict == AdversaryVerdict.Works));

        var cases = await Task.WhenAll(adversaries.Select(a => CloseAsync(client, a.Identity)));

        foreach (var (adversary, closed) in adversaries.Zip(cases))
        {
            foreach (var attempt in await adversary.TryEverythingAsync())
            {
                Assert.True(
                    attempt.Verdict == AdversaryVerdict.Refused || IsListed(closed, attempt),
                    $"{adversary.Identity}: `{attempt.Name}` {attempt.Verdict}, yet the case says {closed.Case.State}: "
                        + $"{closed.Summary}\n{attempt.Evidence}\n{string.Join('\n', closed.Uncut)}");
            }

            Assert.All(closed.Steps, s =>
                Assert.True(s.State is "verified" or "residual", $"{adversary.Identity}: {s.Plan.What}: {s.State} {s.Error?.Detail}"));
        }

        // What somebody has read stays known; where nothing says what it opens, that is all that may be left of the first.
        Assert.All(cases[0].Steps, s => Assert.Equal("verified", s.State));
        Assert.All(cases[0].Uncut, u => Assert.Contains("nothing says what it opens", u.Why, StringComparison.Ordinal));
        var written = stage.Payments.Status!.Written;
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, CancellationToken.None);
        Assert.True(stage.Payments.Status!.Written > written, "the payments service stopped working");
        await SearchCanaryAsync(client);
    }

    /// <summary>Says whether a step on the door's own system is residual until after it was tried; that a case is residual excuses nothing.</summary>
    private static bool IsListed(CaseDetail closed, AdversaryAttempt attempt) => closed.Steps.Any(s =>
        s.State == "residual" && s.Plan.System == attempt.System && (s.Until is null || s.Until > attempt.At));

    private static async Task<CaseDetail> CloseAsync(LockstepClient client, string identity)
    {
        var opened = await client.OpenCaseAsync(new OpenCase(identity, "leaves", "offboarding"), CancellationToken.None);
        await foreach (var _ in client.WatchCaseAsync(opened.Case.Id, CancellationToken.None))
        {
        }

        return await client.CaseAsync(opened.Case.Id, CancellationToken.None);
    }

    private async Task SearchCanaryAsync(LockstepClient client)
    {
        foreach (var detail in (await client.CasesAsync(CancellationToken.None)).Cases)
        {
            _answers.Add((await client.CaseAsync(detail.Id, CancellationToken.None)).ToString());
            _answers.Add(Encoding.UTF8.GetString(await client.CertificateAsync(detail.Id, CancellationToken.None)));
        }

        using var http = new HttpClient { BaseAddress = fixture.Stage.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(fixture.Stage.TokenFile)).Trim());
        foreach (var path in new[] { "v1/systems", "v1/access?identity=emil", "v1/residual", "v1/findings", "v1/cases", "openapi/v1.json" })
        {
            _answers.Add(await http.GetStringAsync(new Uri(path, UriKind.Relative)));
        }

        foreach (var verb in new[] { "systems", "access emil", "residual", "findings", "cases --json",
            "explain emil SELECT payments.public.payments" })
        {
            var said = await OwnCli.RunAsync(fixture.Stage, verb.Split(' '));
            Assert.True(said.Output.Length > 0, said.Error);
            _answers.AddRange([said.Output, said.Error]);
        }

        var canary = Encoding.UTF8.GetBytes(fixture.Canary);
        var ours = Directory.EnumerateFiles(fixture.Stage.DataFolder, "*", SearchOption.AllDirectories).Append(
            fixture.Stage.Lab.Folder.PathOf("lockstep.log"));
        Assert.All(ours.Where(f => new FileInfo(f).Length > 0), file =>
            Assert.False(Contains(ReadShared(file), canary), $"a secret stands in {file}"));
        Assert.All(_answers, answer => Assert.DoesNotContain(fixture.Canary, answer, StringComparison.Ordinal));

        // The search itself is tried: the lab's own files hold what it looks for.
        Assert.True(Contains(ReadShared(fixture.Stage.Estate.Connections.LdapPasswordFile), canary),
            "the search finds nothing where there is something");
    }

    private static bool Contains(byte[] where, byte[] what) => where.AsSpan().IndexOf(what) >= 0;

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
