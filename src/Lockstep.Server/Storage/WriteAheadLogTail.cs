using System.Buffers.Binary;

namespace Lockstep.Server.Storage;

/// <summary>Reads SQLite's write-ahead log before SQLite does, since SQLite drops an unfinished end without a word.</summary>
/// <remarks>Format: sqlite.org/fileformat2.html, section 4. Cost: one pass over a file that is seldom longer than 4 MB.</remarks>
internal static class WriteAheadLogTail
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const uint BigEndianMagic = 0x377f0683;
    private const uint LittleEndianMagic = 0x377f0682;

    /// <summary>Counts the bytes that belong to no finished commit: 0 if every write was finished.</summary>
    public static long UnfinishedBytes(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        var log = File.ReadAllBytes(path).AsSpan();
        var magic = log.Length >= HeaderLength ? BinaryPrimitives.ReadUInt32BigEndian(log) : 0;
        if (magic is not (BigEndianMagic or LittleEndianMagic))
        {
            return log.Length;
        }

        var pageLength = (int)BinaryPrimitives.ReadUInt32BigEndian(log[8..]);
        var frameLength = FrameHeaderLength + pageLength;
        var salt = log.Slice(16, 8);
        var sum = Sum((0, 0), log[..24], magic == BigEndianMagic);
        if (pageLength is < 512 or > 65_536 || !IsSum(sum, log.Slice(24, 8)))
        {
            return log.Length;
        }

        var committed = HeaderLength;
        var at = HeaderLength;
        for (; at + frameLength <= log.Length; at += frameLength)
        {
            var frame = log.Slice(at, frameLength);
            sum = Sum(Sum(sum, frame[..8], magic == BigEndianMagic), frame[FrameHeaderLength..], magic == BigEndianMagic);
            if (!frame.Slice(8, 8).SequenceEqual(salt) || !IsSum(sum, frame.Slice(16, 8)))
            {
                break;
            }

            // A frame that ends a commit names the size of the database after it.
            committed = BinaryPrimitives.ReadUInt32BigEndian(frame[4..]) != 0 ? at + frameLength : committed;
        }

        return OwnBytes(log[committed..], salt, frameLength);
    }

    // The file is overwritten from its start after each checkpoint: frames with another salt are only what was there before.
    private static long OwnBytes(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> salt, int frameLength)
    {
        var own = 0;
        while (rest.Length - own >= 16 && rest.Slice(own + 8, 8).SequenceEqual(salt))
        {
            own = Math.Min(own + frameLength, rest.Length);
        }

        return rest.Length % frameLength != 0 ? Math.Max(own, rest.Length % frameLength) : own;
    }

    private static (uint A, uint B) Sum((uint A, uint B) sum, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        var (a, b) = sum;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var first = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var second = bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            unchecked
            {
                a += first + b;
                b += second + a;
            }
        }

        return (a, b);
    }

    private static bool IsSum((uint A, uint B) sum, ReadOnlySpan<byte> stored) =>
        sum.A == BinaryPrimitives.ReadUInt32BigEndian(stored) && sum.B == BinaryPrimitives.ReadUInt32BigEndian(stored[4..]);
}
