using System.Numerics;
using System.Runtime.InteropServices;

namespace Lockstep.Graph.Compact;

/// <summary>Writes sections, each followed by its checksum.</summary>
internal sealed class SectionWriter(Stream to)
{
    public const int ChunkSize = 1 << 20;

    public void Write<T>(NativeBuffer<T> buffer)
        where T : unmanaged, INumber<T> => Write(buffer, buffer.Length);

    public void Write<T>(NativeBuffer<T> buffer, long count)
        where T : unmanaged, INumber<T>
    {
        var sum = new SectionSum();
        var length = count * Marshal.SizeOf<T>();
        for (var at = 0L; at < length; at += ChunkSize)
        {
            Append(buffer.BytesAt(at, (int)Math.Min(ChunkSize, length - at)), ref sum);
        }

        End(sum);
    }

    public void Write<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        var sum = new SectionSum();
        for (var rest = MemoryMarshal.AsBytes(numbers); !rest.IsEmpty; rest = rest[Math.Min(ChunkSize, rest.Length)..])
        {
            Append(rest[..Math.Min(ChunkSize, rest.Length)], ref sum);
        }

        End(sum);
    }

    private void Append(ReadOnlySpan<byte> chunk, ref SectionSum sum)
    {
        sum.Add(chunk);
        to.Write(chunk);
    }

    private void End(SectionSum sum)
    {
        Span<byte> bytes = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, sum.Value);
        to.Write(bytes);
    }
}

/// <summary>Reads sections and holds each to its checksum, chunk by chunk while it is in the cache.</summary>
internal sealed class SectionReader(Stream from)
{
    public long[] ReadNumbers(int count) => ReadArray<long>(count);

    public T[] ReadArray<T>(long count)
        where T : unmanaged
    {
        var array = new T[count];
        var sum = new SectionSum();
        for (var rest = MemoryMarshal.AsBytes(array.AsSpan()); !rest.IsEmpty; rest = rest[Math.Min(SectionWriter.ChunkSize, rest.Length)..])
        {
            Fill(rest[..Math.Min(SectionWriter.ChunkSize, rest.Length)], ref sum);
        }

        End(sum);
        return array;
    }

    public NativeBuffer<T> ReadBuffer<T>(long count)
        where T : unmanaged, INumber<T>
    {
        var buffer = new NativeBuffer<T>(count, cleared: false);
        var sum = new SectionSum();
        var length = count * Marshal.SizeOf<T>();
        for (var at = 0L; at < length; at += SectionWriter.ChunkSize)
        {
            Fill(buffer.BytesAt(at, (int)Math.Min(SectionWriter.ChunkSize, length - at)), ref sum);
        }

        End(sum);
        return buffer;
    }

    private void Fill(Span<byte> chunk, ref SectionSum sum)
    {
        from.ReadExactly(chunk);
        sum.Add(chunk);
    }

    private void End(SectionSum sum)
    {
        Span<byte> bytes = stackalloc byte[8];
        from.ReadExactly(bytes);
        if (System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes) != sum.Value)
        {
            throw new InvalidDataException($"the checksum before byte {from.Position} does not match");
        }
    }
}

/// <summary>A checksum for damage, not for malice: four lanes, so that it runs faster than memory.</summary>
/// <remarks>INVARIANT (no-lost-change): each step is a bijection of its lane, so a change of any one word changes the sum.</remarks>
internal struct SectionSum
{
    private const ulong Odd = 0x9E3779B97F4A7C15UL;
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private ulong _length;

    public readonly ulong Value => Step(Step(Step(Step(_length + 1, _a), _b), _c), _d);

    /// <summary>Adds a chunk; all but the last of a section have the same multiple of 32 bytes.</summary>
    public void Add(ReadOnlySpan<byte> chunk)
    {
        _length += (ulong)chunk.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(chunk);
        var i = 0;
        for (; i + 4 <= words.Length; i += 4)
        {
            _a = Step(_a, words[i]);
            _b = Step(_b, words[i + 1]);
            _c = Step(_c, words[i + 2]);
            _d = Step(_d, words[i + 3]);
        }

        for (; i < words.Length; i++)
        {
            _a = Step(_a, words[i]);
        }

        foreach (var rest in chunk[(words.Length * 8)..])
        {
            _b = Step(_b, rest);
        }
    }

    private static ulong Step(ulong lane, ulong word) => unchecked(BitOperations.RotateLeft(lane ^ word, 29) * Odd);
}
