using System.Text;
using System.Text.Json;
using Lockstep.Ledger;

namespace Lockstep.Revocation;

/// <summary>What came of verifying a certificate. Closed.</summary>
public abstract record CertificateOutcome
{
    private CertificateOutcome()
    {
    }

    /// <summary>Everything matches.</summary>
    /// <param name="Body">What the certificate claims, recomputed from its entries.</param>
    /// <param name="Vkey">The key that signed: compare it with the one you know.</param>
    /// <param name="Checkpoint">The signed content that all entries are in.</param>
    /// <param name="EntryCount">How many entries were checked.</param>
    public sealed record Holds(CertificateBody Body, string Vkey, Checkpoint Checkpoint, int EntryCount) : CertificateOutcome;

    /// <summary>Something does not match.</summary>
    /// <param name="Code">A stable diagnostic code.</param>
    /// <param name="Reason">What.</param>
    public sealed record DoesNotHold(string Code, string Reason) : CertificateOutcome;
}

/// <summary>Verifies a certificate offline: needs the file alone, and says which part does not match.</summary>
public static class CertificateVerifier
{
    private const int FileBytesMax = 256 << 20;

    /// <summary>Verifies the bytes of a file.</summary>
    /// <param name="file">The bytes, exactly.</param>
    /// <param name="expectedVkey">The ledger's key as known from elsewhere, or <see langword="null"/> to accept the one in the
    /// file.</param>
    public static CertificateOutcome Verify(ReadOnlySpan<byte> file, string? expectedVkey)
    {
        if (file.Length > FileBytesMax || Read(file) is not { } certificate || Rewritten(certificate) is not { } rewritten)
        {
            return new CertificateOutcome.DoesNotHold("LS7020", "the file is not a certificate: it is not the JSON that Lockstep writes");
        }

        if (!rewritten.AsSpan().SequenceEqual(file))
        {
            return new CertificateOutcome.DoesNotHold(
                "LS7021", "the file is not written as Lockstep writes it: a byte was changed, added or lost");
        }

        if (certificate.Format != CertificateFile.FormatName)
        {
            return new CertificateOutcome.DoesNotHold(
                "LS7022", $"format `{Shorten(certificate.Format)}` is not {CertificateFile.FormatName}");
        }

        if (certificate.Digest() != certificate.Sha256)
        {
            return new CertificateOutcome.DoesNotHold("LS7023", $"the digest does not match: {FirstMismatch(certificate)}");
        }

        return expectedVkey is not null && expectedVkey.Trim() != certificate.Vkey
            ? new CertificateOutcome.DoesNotHold("LS7024", "the certificate was signed with another key than the one given")
            : VerifyEntries(certificate);
    }

    private static CertificateFile? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize(file, CaseJson.Default.CertificateFile) is
                { Body.Case: not null, Entries: not null, Format: not null, Sha256: not null, Vkey: not null } read
                && read.Entries.All(e => e is { Entry: not null, Proof: not null }) ? read : null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static byte[]? Rewritten(CertificateFile certificate)
    {
        try
        {
            return certificate.ToBytes(certificate.Sha256);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // Half of a surrogate pair, for one, which canonical JSON cannot hold.
            return null;
        }
    }

    private static CertificateOutcome VerifyEntries(CertificateFile certificate)
    {
        CaseView? view = null;
        Checkpoint? checkpoint = null;
        var lastIndex = -1L;
        foreach (var (number, entry) in certificate.Entries.Index())
        {
            var bytes = Encoding.UTF8.GetBytes(entry.Entry);
            switch (ProofVerifier.Verify(bytes, entry.Proof, certificate.Vkey))
            {
                case ProofOutcome.DoesNotHold(var code, var reason):
                    return new CertificateOutcome.DoesNotHold(code, $"entry {number} of the certificate: {reason}");
                case ProofOutcome.Holds holds when holds.Index <= lastIndex || (checkpoint is not null && holds.Checkpoint != checkpoint):
                    return new CertificateOutcome.DoesNotHold(
                        "LS7025", $"entry {number} of the certificate is out of order or under another checkpoint");
                case ProofOutcome.Holds holds:
                    (lastIndex, checkpoint) = (holds.Index, holds.Checkpoint);
                    if (!TryFold(ref view, bytes, holds.Index))
                    {
                        return new CertificateOutcome.DoesNotHold(
                            "LS7026", $"entry {number} of the certificate does not belong to its case");
                    }

                    break;
            }
        }

        return view is null || checkpoint is null
            ? new CertificateOutcome.DoesNotHold("LS7027", "the certificate carries no entries")
            : Compare(certificate, view, checkpoint);
    }

    private static bool TryFold(ref CaseView? view, byte[] bytes, long index)
    {
        try
        {
            if (!EntryText.TryRead(index, bytes, out var entry) || CaseFold.CaseOf(entry) is not { } id
                || (view is null ? entry.Kind != CaseEntries.Opened : view.Id != id))
            {
                return false;
            }

            // The last entry counts those before it, so that none can be left out.
            var isComplete = entry.Kind != CaseEntries.Closed
                || entry.Payload.Deserialize(CaseJson.Default.CaseClosed)!.EntriesBefore == view!.Entries.Count;
            view = CaseFold.Apply(view, entry);
            return isComplete;
        }
        catch (Exception)
        {
            // An entry of somebody else's ledger can say anything; what does not fold belongs to no case of ours.
            return false;
        }
    }

    private static CertificateOutcome Compare(CertificateFile certificate, CaseView view, Checkpoint checkpoint)
    {
        var told = CertificateBody.Of(view);
        if (!CertificateFile.Canonical(told).AsSpan().SequenceEqual(CertificateFile.Canonical(certificate.Body)))
        {
            return new CertificateOutcome.DoesNotHold("LS7028", "what the certificate claims is not what its entries say");
        }

        return view.IsClosed
            ? new CertificateOutcome.Holds(told, certificate.Vkey, checkpoint, certificate.Entries.Count)
            : new CertificateOutcome.DoesNotHold("LS7029", "the entries end before the case does");
    }

    /// <summary>Says which part of a file with a wrong digest gives itself away.</summary>
    private static string FirstMismatch(CertificateFile certificate) => VerifyEntries(certificate) switch
    {
        CertificateOutcome.DoesNotHold(_, var reason) => reason,
        _ => "the digest itself, or a part that nothing else covers, was changed",
    };

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40];
}
