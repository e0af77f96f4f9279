using System.Globalization;
using System.Text.Json;

namespace Lockstep.Cli;

/// <summary>Takes a certificate apart into what an outsider's tool reads: each entry, its tlog-proof, and the key.</summary>
internal static class CertificateFiles
{
    /// <summary>Writes <c>0000.entry</c>, <c>0000.proof</c> ... and <c>vkey</c>; returns how many entries there are.</summary>
    public static int Extract(ReadOnlyMemory<byte> certificate, string folder)
    {
        Directory.CreateDirectory(folder);
        using var document = JsonDocument.Parse(certificate);
        var count = 0;
        foreach (var entry in document.RootElement.GetProperty("entries").EnumerateArray())
        {
            var name = Path.Combine(folder, count++.ToString("0000", CultureInfo.InvariantCulture));
            File.WriteAllText($"{name}.entry", entry.GetProperty("entry").GetString());
            File.WriteAllText($"{name}.proof", entry.GetProperty("proof").GetString());
        }

        File.WriteAllText(Path.Combine(folder, "vkey"), document.RootElement.GetProperty("vkey").GetString());
        return count;
    }
}
