using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Lockstep.Secrets;

/// <summary>
/// Secret bytes (UTF-8 text) that can be used but not printed, logged, compared in variable time, or forgotten in memory.
/// </summary>
/// <threadsafety>Reads are safe together; <see cref="Dispose"/> must come after the last of them.</threadsafety>
[DebuggerDisplay("(secret)")]
public sealed class SecretText : IDisposable
{
    private const string Alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
    private readonly byte[] _bytes;
    private bool _disposed;

    private SecretText(byte[] bytes) => _bytes = bytes;

    /// <summary>Takes the bytes over: <paramref name="source"/> is zeroed before this returns.</summary>
    public static SecretText TakeFrom(Span<byte> source)
    {
        // Pinned, so that the collector cannot leave a second copy behind when it compacts the heap.
        var bytes = GC.AllocateUninitializedArray<byte>(source.Length, pinned: true);
        source.CopyTo(bytes);
        CryptographicOperations.ZeroMemory(source);
        return new(bytes);
    }

    /// <summary>
    /// Takes text that a library handed us as a string, which we cannot erase; use <see cref="TakeFrom"/> where bytes are at hand.
    /// </summary>
    public static SecretText FromString(ReadOnlySpan<char> text)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Encoding.UTF8.GetByteCount(text), pinned: true);
        Encoding.UTF8.GetBytes(text, bytes);
        return new(bytes);
    }

    /// <summary>Makes a new random value of letters and digits (5.8 bits each), from the system's generator.</summary>
    /// <param name="length">Characters, 16 to 256. The default, 40, holds 233 bits.</param>
    public static SecretText Generate(int length = 40)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 256);
        var bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)Alphabet[RandomNumberGenerator.GetInt32(Alphabet.Length)];
        }

        return new(bytes);
    }

    /// <summary>Lends the bytes to <paramref name="use"/> for the length of the call, and no longer.</summary>
    /// <exception cref="ObjectDisposedException">The secret has been zeroed.</exception>
    public TResult Reveal<TResult>(Func<ReadOnlySpan<byte>, TResult> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return use(_bytes);
    }

    /// <summary>Makes a string for a library that takes nothing else; the caller keeps it no longer than the call.</summary>
    /// <exception cref="ObjectDisposedException">The secret has been zeroed.</exception>
    public string RevealString() => Reveal(static bytes => Encoding.UTF8.GetString(bytes));

    /// <summary>Compares in time that depends only on the lengths.</summary>
    public bool Matches(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(_bytes, other);

    /// <summary>Always <c>(secret)</c>, so that string interpolation and log scopes cannot leak.</summary>
    public override string ToString() => "(secret)";

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }
}
