using System.Text;
using System.Text.Json.Nodes;
using Lockstep.Graph;
using Lockstep.Ledger;
using Lockstep.Revocation;
using Lockstep.Testing;
using Lockstep.Testing.Ledger;
using Lockstep.Testing.Revocation;
using Xunit;

namespace Lockstep.Tests.Revocation;

public sealed class CertificateTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(CaseSimulation.Start);
    private readonly MemoryLedger _ledger;

    public CertificateTests() => _ledger = new(_time);

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task A_certificate_holds_and_says_what_the_case_says()
    {
        var (view, file) = await IssueAsync();

        var holds = Assert.IsType<CertificateOutcome.Holds>(CertificateVerifier.Verify(file, _ledger.VerifierKey));

        Assert.Equal(view.Entries.Count, holds.EntryCount);
        Assert.Equal(_ledger.Latest, holds.Checkpoint);
        Assert.Equal((view.Id, CaseState.Verified, view.Summary), (holds.Body.Case.Id, holds.Body.Case.State, holds.Body.Case.Summary));
        Assert.Equal(view.Steps.Max(s => s.ProvenAt) - view.OpenedAt, TimeSpan.FromSeconds(holds.Body.SecondsToProof!.Value));
        Assert.All(holds.Body.Case.Steps, s => Assert.True(s.RequestedAt <= s.AcknowledgedAt && s.AcknowledgedAt <= s.ProvenAt));
        Assert.DoesNotContain(LeaverWorld.OldValue, Encoding.UTF8.GetString(file), StringComparison.Ordinal);
    }

    /// <summary>
    /// Goal: no byte can be changed, lost or added unseen. Method: each of several thousand places, spread over the file, by one bit.
    /// </summary>
    [Fact]
    public async Task Whichever_byte_is_changed_it_does_not_hold()
    {
        var (_, file) = await IssueAsync();
        var places = Enumerable.Range(0, file.Length).Where(i => i < 400 || i > file.Length - 400 || i % 31 == 0).ToList();
        Assert.True(places.Count > 1_500, $"only {places.Count} places");
        foreach (var i in places)
        {
            var changed = file.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            Assert.True(CertificateVerifier.Verify(changed, null) is CertificateOutcome.DoesNotHold,
                $"byte {i} was changed and it still holds");
        }

        Assert.IsType<CertificateOutcome.DoesNotHold>(CertificateVerifier.Verify(file.AsSpan(..^1), null));
        Assert.IsType<CertificateOutcome.DoesNotHold>(CertificateVerifier.Verify([.. file, (byte)'\n'], null));
        Assert.IsType<CertificateOutcome.DoesNotHold>(CertificateVerifier.Verify([], null));
    }

    /// <summary>Whoever forges a certificate computes its digest anew: the proofs must give it away all the same.</summary>
    [Fact]
    public async Task A_forgery_with_a_fitting_digest_does_not_hold()
    {
        var (_, file) = await IssueAsync();
        var (_, other) = await IssueAsync();

        Assert.Equal("LS7028", Forged(file, f => f["body"]!["case"]!["summary"] = "all is well"));
        Assert.Equal("LS7028", Forged(file, f => f["body"]!["case"]!["steps"]![0]!["observedAt"] = "2025-01-01T00:00:00+00:00"));
        Assert.Equal("LS7026", Forged(file, f => f["entries"]!.AsArray().RemoveAt(5)));
        Assert.Equal("LS7026", Forged(file, f => f["entries"]!.AsArray().RemoveAt(0)));
        Assert.Equal("LS7029", Forged(file, f =>
        {
            f["entries"]!.AsArray().RemoveAt(f["entries"]!.AsArray().Count - 1);
            f["body"] = BodyOf(f);
        }));
        Assert.Equal("LS7025", Forged(file, f => f["entries"]!.AsArray().Insert(5, f["entries"]![6]!.DeepClone())));
        Assert.Equal("LS7027", Forged(file, f => f["entries"]!.AsArray().Clear()));
        Assert.Equal("LS7022", Forged(file, f => f["format"] = "lockstep-certificate/v2"));
        Assert.Equal("LS4023",
            Forged(file, f => f["entries"]![3]!["entry"] =
            f["entries"]![3]!["entry"]!.GetValue<string>().Replace("lockstep", "lockstop", StringComparison.Ordinal)));
        var foreign = JsonNode.Parse(other)!["entries"]!.AsArray()[2]!;
        Assert.Contains(Forged(file, f => f["entries"]!.AsArray().Add(foreign.DeepClone())), new[] { "LS7025", "LS7026" });
    }

    [Fact]
    public async Task Another_ledgers_key_and_files_that_are_no_certificate_are_refused()
    {
        var (_, file) = await IssueAsync();
        using var namesake = SigningKey.Create(_ledger.Origin);

        Assert.Equal("LS7024", CodeOf(file, namesake.Verifier.ToString()));
        Assert.Equal("LS4022", Forged(file, f => f["vkey"] = namesake.Verifier.ToString()));
        foreach (var text in new[] { "", "null", "{}", "[]", "{\"body\":null}", "not json", "{\"entries\":[null],\"body\":{\"case\":{}}}" })
        {
            Assert.Equal("LS7020", CodeOf(Encoding.UTF8.GetBytes(text), null));
        }

        Assert.Equal("LS7020", Forged(file, f => f["vkey"] = null));
        Assert.Equal("LS7020", Forged(file, f => f["entries"]![1] = null));
    }

    [Fact]
    public async Task A_case_that_runs_has_no_certificate()
    {
        var (view, _) = await IssueAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => CertificateFile.IssueAsync(view with { State = CaseState.Running }, _ledger, CancellationToken.None));
    }

    [Fact]
    public async Task The_judge_accepts_every_entry_with_its_proof()
    {
        var (view, file) = await IssueAsync();
        var parts = CertificateParts.Of(file);
        Assert.Equal((2 * view.Entries.Count) + 1, parts.Count);
        var folder = Directory.CreateTempSubdirectory("ls-certificate-").FullName;
        try
        {
            foreach (var (name, content) in parts)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, name), content);
            }

            foreach (var entry in parts.Keys.Where(k => k.StartsWith("entry", StringComparison.Ordinal)))
            {
                var proof = entry.Replace("entry", "proof", StringComparison.Ordinal);
                TlogJudge.Holds("proof", "-vkey", _ledger.VerifierKey, "-entry", Path.Combine(folder, entry), "-proof",
                    Path.Combine(folder, proof));
            }

            TlogJudge.DoesNotHold(
                "proof", "-vkey", _ledger.VerifierKey, "-entry", Path.Combine(folder, "entry-0002"), "-proof",
                    Path.Combine(folder, "proof-0003"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string CodeOf(ReadOnlySpan<byte> file, string? vkey) =>
        Assert.IsType<CertificateOutcome.DoesNotHold>(CertificateVerifier.Verify(file, vkey)).Code;

    private static string Forged(byte[] file, Action<JsonNode> forge)
    {
        var tree = JsonNode.Parse(file)!;
        forge(tree);
        tree["sha256"] = string.Empty;
        tree["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Canonical(tree)));
        return CodeOf(Canonical(tree), null);
    }

    private static byte[] Canonical(JsonNode tree)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        CanonicalJson.Write(buffer, System.Text.Json.JsonSerializer.SerializeToElement(tree));
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static JsonNode BodyOf(JsonNode file)
    {
        CaseView? view = null;
        foreach (var (index, entry) in file["entries"]!.AsArray().Index())
        {
            var proof = entry!["proof"]!.GetValue<string>();
            Assert.True(ProofFile.TryParse(proof, out var parsed), $"proof {index}");
            Assert.True(EntryText.TryRead(parsed.Index, Encoding.UTF8.GetBytes(entry["entry"]!.GetValue<string>()), out var read));
            view = CaseFold.Apply(view, read);
        }

        return JsonNode.Parse(CertificateFile.Canonical(CertificateBody.Of(view!)))!;
    }

    private async Task<(CaseView View, byte[] File)> IssueAsync()
    {
        var (view, _) = await CaseSimulation.RunAsync(new LeaverWorld(1, 0, _time), _ledger, _time, LeaverWorld.Dana);
        return (view, await CertificateFile.IssueAsync(view, _ledger, CancellationToken.None));
    }
}
