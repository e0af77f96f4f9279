using System.Security.Cryptography;
using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>The file that holds the signing key, in the form of a C2SP signer key.</summary>
internal static class LedgerKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a key for a new ledger. Flushed before it returns: a ledger whose key is lost can sign nothing more.</summary>
    public static SigningKey Create(string path, string origin)
    {
        var key = SigningKey.Create(origin);
        var bytes = key.ToFileBytes();
        var next = path + ".next";
        File.Delete(next);
        using (var file = new FileStream(
            next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        // Whole or not at all: half a key would refuse every later start.
        File.Move(next, path, overwrite: false);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    /// <summary>Reads the key.</summary>
    /// <exception cref="FormatException">The file is no key, or others than its owner may read it.</exception>
    public static SigningKey Read(string path)
    {
        if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
        {
            throw new FormatException("others than its owner may read it; make a new ledger, or `chmod 600` it if nobody has");
        }

        var bytes = File.ReadAllBytes(path);
        try
        {
            return SigningKey.Parse(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
