using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Lockstep.Revocation;

/// <summary>A certificate taken apart for other people's tools: each entry's exact bytes, its proof, and the key.</summary>
public static class CertificateParts
{
    /// <summary>
    /// Gives the files <c>entry-0001</c>, <c>proof-0001</c> and so on, and <c>vkey</c>, by name. Takes apart only; verifying is
    /// <see cref="CertificateVerifier"/>'s task.
    /// </summary>
    /// <exception cref="FormatException">The bytes are not a certificate.</exception>
    public static IReadOnlyDictionary<string, byte[]> Of(ReadOnlySpan<byte> file)
    {
        CertificateFile? certificate;
        try
        {
            certificate = JsonSerializer.Deserialize(file, CaseJson.Default.CertificateFile);
        }
        catch (JsonException e)
        {
            throw new FormatException("not a certificate", e);
        }

        if (certificate is not { Entries: not null, Vkey: not null })
        {
            throw new FormatException("not a certificate");
        }

        var parts = new SortedDictionary<string,
            byte[]>(StringComparer.Ordinal) { ["vkey"] = Encoding.UTF8.GetBytes(certificate.Vkey + "\n") };
        foreach (var (index, entry) in certificate.Entries.Index())
        {
            var number = (index + 1).ToString("0000", CultureInfo.InvariantCulture);
            parts[$"entry-{number}"] = Encoding.UTF8.GetBytes(entry.Entry);
            parts[$"proof-{number}"] = Encoding.UTF8.GetBytes(entry.Proof);
        }

        return parts;
    }
}
