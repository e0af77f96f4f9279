using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Lockstep.Ledger;

/// <summary>The two things that we need of OpenSSL's libcrypto 3 and .NET lacks: Ed25519, and SHA-256 without its cost per call.</summary>
/// <remarks>The only native code of the core. Short inputs take a third of the time of <see cref="SHA256"/>; long ones the same.</remarks>
internal static unsafe partial class LibCrypto
{
    /// <summary>The length of an Ed25519 signature in bytes.</summary>
    public const int SignatureLength = 64;

    private const string Library = "libcrypto.so.3";
    private const int Ed25519Id = 1087;

    // SHA256_CTX of openssl/sha.h: eight words of state, two of length, a block of 64 bytes, two counters.
    private const int Sha256ContextLength = 112;

    // A call that may not be interrupted by the garbage collector must be short: 4 KiB take about three microseconds.
    private const int ShortInputMax = 4_096;

    private static readonly bool Present = NativeLibrary.TryLoad(Library, out _);

    /// <summary>
    /// Writes SHA-256 of <paramref name="prefix"/> and then <paramref name="data"/> to <paramref name="target"/>, 32 bytes.
    /// </summary>
    public static void Sha256(byte prefix, ReadOnlySpan<byte> data, Span<byte> target)
    {
        if (!Present || data.Length > ShortInputMax)
        {
            Sha256Managed(prefix, data, target);
            return;
        }

        var context = stackalloc byte[Sha256ContextLength];
        fixed (byte* bytes = data, hash = target)
        {
            _ = Sha256Init(context);
            _ = Sha256Update(context, &prefix, 1);
            _ = Sha256Update(context, bytes, (nuint)data.Length);
            _ = Sha256Final(hash, context);
        }
    }

    /// <summary>Makes a private key of its 32-byte seed.</summary>
    public static KeyHandle PrivateKey(ReadOnlySpan<byte> seed)
    {
        RequirePresent();
        fixed (byte* bytes = seed)
        {
            return Checked(NewRawPrivateKey(Ed25519Id, 0, bytes, (nuint)seed.Length));
        }
    }

    /// <summary>Makes a public key of its 32 bytes.</summary>
    public static KeyHandle PublicKey(ReadOnlySpan<byte> key)
    {
        RequirePresent();
        fixed (byte* bytes = key)
        {
            return Checked(NewRawPublicKey(Ed25519Id, 0, bytes, (nuint)key.Length));
        }
    }

    /// <summary>Gets the 32 bytes of the public key that belongs to <paramref name="key"/>.</summary>
    public static byte[] PublicBytes(KeyHandle key)
    {
        var bytes = new byte[32];
        nuint length = 32;
        fixed (byte* target = bytes)
        {
            return GetRawPublicKey(key, target, &length) == 1 ? bytes : throw Failed();
        }
    }

    /// <summary>Signs <paramref name="message"/> with Ed25519.</summary>
    public static byte[] Sign(KeyHandle key, ReadOnlySpan<byte> message)
    {
        var signature = new byte[SignatureLength];
        nuint length = SignatureLength;
        var context = NewContext();
        try
        {
            fixed (byte* bytes = message, target = signature)
            {
                var done = SignInit(context, 0, 0, 0, key) == 1 && SignOnce(context, target, &length, bytes, (nuint)message.Length) == 1;
                return done ? signature : throw Failed();
            }
        }
        finally
        {
            FreeContext(context);
        }
    }

    /// <summary>Says whether <paramref name="signature"/> is <paramref name="key"/>'s signature under <paramref name="message"/>.</summary>
    public static bool Verify(KeyHandle key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var context = NewContext();
        try
        {
            fixed (byte* bytes = message, given = signature)
            {
                return VerifyInit(context, 0, 0, 0, key) == 1
                    && VerifyOnce(context, given, (nuint)signature.Length, bytes, (nuint)message.Length) == 1;
            }
        }
        finally
        {
            FreeContext(context);
            ClearErrors();
        }
    }

    private static void Sha256Managed(byte prefix, ReadOnlySpan<byte> data, Span<byte> target)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([prefix]);
        hash.AppendData(data);
        hash.GetHashAndReset(target);
    }

    private static void RequirePresent()
    {
        if (!Present)
        {
            throw new PlatformNotSupportedException(
                $"{Library} (OpenSSL 3) is not installed; signing and verifying the ledger needs its Ed25519");
        }
    }

    private static KeyHandle Checked(KeyHandle key) => key.IsInvalid ? throw Failed() : key;

    private static CryptographicException Failed()
    {
        ClearErrors();
        return new CryptographicException("libcrypto refused an Ed25519 operation");
    }

    /// <summary>Owns an <c>EVP_PKEY</c>; freeing it also clears the private key from memory.</summary>
    internal sealed class KeyHandle() : SafeHandle(0, ownsHandle: true)
    {
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            FreeKey(handle);
            return true;
        }
    }

    [LibraryImport(Library, EntryPoint = "SHA256_Init"), SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sha256Init(byte* context);

    [LibraryImport(Library, EntryPoint = "SHA256_Update"), SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sha256Update(byte* context, byte* data, nuint length);

    [LibraryImport(Library, EntryPoint = "SHA256_Final"), SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sha256Final(byte* hash, byte* context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial KeyHandle NewRawPrivateKey(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial KeyHandle NewRawPublicKey(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetRawPublicKey(KeyHandle key, byte* target, nuint* length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SignInit(nint context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SignOnce(nint context, byte* signature, nuint* length, byte* message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int VerifyInit(nint context, nint keyContext, nint digest, nint engine, KeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int VerifyOnce(nint context, byte* signature, nuint length, byte* message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void ClearErrors();
}
