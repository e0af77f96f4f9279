using System.Buffers.Binary;
using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>Writes a ledger as a C2SP tlog-tiles folder, which any transparency-log tool reads.</summary>
internal static class TilesFolder
{
    /// <summary>Writes every tile, then the key, and the checkpoint last: whoever sees it finds all that it signs.</summary>
    /// <param name="directory">The folder; tiles already there are written again.</param>
    /// <param name="signed">The checkpoint to export.</param>
    /// <param name="verifierKey">The ledger's key.</param>
    /// <param name="hashes">Gives the bytes of a tile of hashes.</param>
    /// <param name="entries">The entries from 0 on.</param>
    /// <param name="cancellationToken">Stops between tiles; the folder then has no new checkpoint.</param>
    public static async Task WriteAsync(
        string directory,
        SignedCheckpoint signed,
        string verifierKey,
        Func<Tile, byte[]> hashes,
        IAsyncEnumerable<LedgerEntry> entries,
        CancellationToken cancellationToken)
    {
        await using var source = entries.GetAsyncEnumerator(cancellationToken);
        foreach (var tile in Tile.Of(signed.Checkpoint.Size))
        {
            var bytes = tile.Level == Tile.Entries ? await BundleAsync(tile, source) : hashes(tile);
            await WriteAsync(Path.Combine(directory, tile.ToString()), bytes, cancellationToken);
        }

        await WriteAsync(Path.Combine(directory, "vkey"), System.Text.Encoding.UTF8.GetBytes(verifierKey + "\n"), cancellationToken);
        await ReplaceAsync(Path.Combine(directory, "checkpoint"), signed.Note, cancellationToken);
    }

    /// <summary>Writes a small text so that a reader sees the old or the new one, never a part; flushed before it returns.</summary>
    public static async Task ReplaceAsync(string path, string text, CancellationToken cancellationToken)
    {
        var next = path + ".next";
        await using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancellationToken);
#pragma warning disable CA1849 // There is no asynchronous flush to the disk.
            file.Flush(flushToDisk: true);
#pragma warning restore CA1849
        }

        File.Move(next, path, overwrite: true);
    }

    private static async Task<byte[]> BundleAsync(Tile tile, IAsyncEnumerator<LedgerEntry> entries)
    {
        using var bundle = new MemoryStream();
        var length = new byte[sizeof(ushort)];
        for (var i = 0; i < tile.Width && await entries.MoveNextAsync(); i++)
        {
            var bytes = entries.Current.Bytes;
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
            bundle.Write(length);
            bundle.Write(bytes.Span);
        }

        return bundle.ToArray();
    }

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllBytesAsync(path, bytes, cancellationToken);
    }
}
