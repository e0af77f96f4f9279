using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Lockstep.Ledger;

/// <summary>A witness's signature under a checkpoint and the time at which it saw it (C2SP tlog-cosignature, v1).</summary>
public static class Cosignature
{
    private const int TimeLength = 8;

    /// <summary>Says when the witness signed (UTC, whole seconds), or nothing if the line is no cosignature.</summary>
    public static DateTimeOffset? TimeOf(NoteSignature signature)
    {
        if (signature.Bytes.Length != TimeLength + LibCrypto.SignatureLength)
        {
            return null;
        }

        var seconds = BinaryPrimitives.ReadUInt64BigEndian(signature.Bytes.AsSpan());
        return seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
    }

    internal static bool Verify(string checkpointText, NoteSignature signature, VerifierKey key)
    {
        if (TimeOf(signature) is not { } time)
        {
            return false;
        }

        var message = string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time.ToUnixTimeSeconds()}\n{checkpointText}");
        return key.Verify(Encoding.UTF8.GetBytes(message), signature.Bytes.AsSpan()[TimeLength..]);
    }
}
