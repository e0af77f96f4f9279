using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lockstep.Ledger;

namespace Lockstep.Revocation;

/// <summary>What a certificate claims: the case as its entries tell it.</summary>
/// <param name="Case">The case.</param>
/// <param name="SecondsToProof">From the cause to the last proof; <see langword="null"/> if nothing was proven.</param>
public sealed record CertificateBody(CaseView Case, double? SecondsToProof)
{
    /// <summary>Reads it off a folded case.</summary>
    public static CertificateBody Of(CaseView view) =>
        new(view, view.Steps.Max(s => s.ProvenAt) is { } last ? Math.Round((last - view.OpenedAt).TotalSeconds, 3) : null);
}

/// <summary>One ledger entry as it stands in a certificate.</summary>
/// <param name="Entry">The entry's exact text.</param>
/// <param name="Proof">The text of its C2SP tlog-proof.</param>
public sealed record CertificateEntry(string Entry, string Proof);

/// <summary>A certificate as a file: canonical JSON (RFC 8785) and a line end.</summary>
/// <param name="Body">What is claimed.</param>
/// <param name="Entries">Every entry that the claim rests on, in order.</param>
/// <param name="Format">Always <c>lockstep-certificate/v1</c>.</param>
/// <param name="Sha256">The digest (hex) of the file as it would be with this member empty.</param>
/// <param name="Vkey">The ledger's key; whoever verifies compares it with the one known from elsewhere.</param>
public sealed record CertificateFile(
    CertificateBody Body, IReadOnlyList<CertificateEntry> Entries, string Format, string Sha256, string Vkey)
{
    /// <summary>The format written here.</summary>
    public const string FormatName = "lockstep-certificate/v1";

    /// <summary>Makes the certificate of a closed case.</summary>
    /// <exception cref="InvalidOperationException">The case is not closed.</exception>
    public static async Task<byte[]> IssueAsync(CaseView view, ILedger ledger, CancellationToken cancellationToken)
    {
        if (!view.IsClosed)
        {
            throw new InvalidOperationException($"case {view.Id} is not closed yet");
        }

        var evidence = await ledger.ProveAsync(view.Entries, cancellationToken);
        var entries = evidence.Items.Select(i => new CertificateEntry(Encoding.UTF8.GetString(i.Entry.Bytes.Span), i.Proof));
        var file = new CertificateFile(CertificateBody.Of(view), [.. entries], FormatName, string.Empty, evidence.VerifierKey);
        return file.ToBytes(file.Digest());
    }

    /// <summary>Gets the digest of the file without it.</summary>
    internal string Digest() => Convert.ToHexStringLower(SHA256.HashData(ToBytes(string.Empty)));

    /// <summary>Writes the file.</summary>
    internal byte[] ToBytes(string digest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(buffer, JsonSerializer.SerializeToElement(this with { Sha256 = digest }, CaseJson.Default.CertificateFile));
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a body as it is compared.</summary>
    internal static byte[] Canonical(CertificateBody body)
    {
        var buffer = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(buffer, JsonSerializer.SerializeToElement(body, CaseJson.Default.CertificateBody));
        return buffer.WrittenSpan.ToArray();
    }
}
