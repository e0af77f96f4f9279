using System.Buffers.Binary;
using System.Globalization;
using Lockstep.Ledger;

namespace Lockstep.Server.Storage;

/// <summary>Verifies an exported ledger offline: needs the folder and the key, and trusts nothing else.</summary>
/// <remarks>O(entries) time, 64 bytes of memory for each; one tile of entries is held at a time.</remarks>
public static class ExportedLedger
{
    /// <summary>Reads the whole folder and holds every entry and every tile against the signed root.</summary>
    /// <param name="directory">A C2SP tlog-tiles folder.</param>
    /// <param name="key">The ledger's key, from a source that is trusted: not from the folder itself.</param>
    /// <param name="since">An older checkpoint whose entries must all be there, unchanged.</param>
    /// <param name="cancellationToken">Stops between tiles.</param>
    public static async Task<LedgerReport> VerifyAsync(
        string directory, VerifierKey key, SignedCheckpoint? since, CancellationToken cancellationToken)
    {
        SignedCheckpoint? signed;
        try
        {
            var note = await File.ReadAllTextAsync(Path.Combine(directory, "checkpoint"), cancellationToken);
            if (!SignedCheckpoint.TryOpen(note, key, out signed, out var reason))
            {
                return Damaged("LS4014", LedgerDamageKind.CheckpointReplaced, null, reason);
            }
        }
        catch (IOException e)
        {
            return Damaged("LS4014", LedgerDamageKind.CheckpointReplaced, null, $"the folder has no checkpoint: {e.Message}");
        }

        var tree = new MerkleTree();
        var damage = await FindBadEntryAsync(directory, signed.Checkpoint.Size, tree, cancellationToken);
        damage ??= await FindBadTileAsync(directory, signed.Checkpoint, tree, cancellationToken);
        damage ??= FindContradiction(tree, since, key);
        return damage is null ? new LedgerReport.Holds(signed, since?.Checkpoint) : new LedgerReport.Damaged(damage);
    }

    private static async Task<LedgerDamage?> FindBadEntryAsync(
        string directory, long size, MerkleTree tree, CancellationToken cancellationToken)
    {
        foreach (var tile in Tile.Of(size).TakeWhile(tile => tile.Level == Tile.Entries))
        {
            var bundle = await ReadAsync(directory, tile, cancellationToken);
            if (bundle is null)
            {
                return Missing(tile, tree.Size);
            }

            if (!TryAppend(bundle, tile.Width, tree))
            {
                return new("LS4012", LedgerDamageKind.TailMissing, tree.Size,
                    Text($"entry {tree.Size} is missing from `{tile}`, or not alone in its place"));
            }
        }

        return null;
    }

    // Entries and tiles are compared one by one, since the root alone can say that something is wrong, and not where.
    private static async Task<LedgerDamage?> FindBadTileAsync(
        string directory, Checkpoint signed, MerkleTree tree, CancellationToken cancellationToken)
    {
        var isSigned = tree.Root(signed.Size) == signed.Root;
        foreach (var tile in Tile.Of(signed.Size).SkipWhile(tile => tile.Level == Tile.Entries))
        {
            if (await ReadAsync(directory, tile, cancellationToken) is not { } stored)
            {
                return Missing(tile, tile.FirstEntry);
            }

            var same = stored.AsSpan().CommonPrefixLength(tile.Hashes(tree));
            if (same == tile.Width * MerkleHash.Length && same == stored.Length)
            {
                continue;
            }

            var index = tile.FirstEntry + ((long)(same / MerkleHash.Length) * tile.EntriesPerHash);
            return isSigned
                ? new("LS4017", LedgerDamageKind.Unreadable, index,
                    Text($"`{tile}` is not what its entries hash to, from entry {index} on; the entries are as signed"))
                : new("LS4010", LedgerDamageKind.EntryChanged, index,
                    Text($"entry {index} is not what was signed: changed, moved, doubled, or after one that was taken out"));
        }

        return isSigned ? null
            : new("LS4015", LedgerDamageKind.Rewritten, null,
            "the entries agree with their tiles and not with the signed root: both were rewritten");
    }

    private static LedgerDamage? FindContradiction(MerkleTree tree, SignedCheckpoint? since, VerifierKey key)
    {
        if (since is null)
        {
            return null;
        }

        if (!SignedCheckpoint.TryOpen(since.Note, key, out var older, out var reason))
        {
            return new("LS4014", LedgerDamageKind.CheckpointReplaced, null, $"the older checkpoint is not one of this ledger: {reason}");
        }

        var size = older.Checkpoint.Size;
        if (size > tree.Size)
        {
            return new("LS4012", LedgerDamageKind.TailMissing, tree.Size,
                Text($"entry {tree.Size} is missing: the older checkpoint signs {size} entries"));
        }

        return tree.Root(size) == older.Checkpoint.Root
            ? null
            : new("LS4015", LedgerDamageKind.Rewritten, null,
                Text($"one of the first {size} entries is not what the older checkpoint signs"));
    }

    private static bool TryAppend(ReadOnlySpan<byte> bundle, int count, MerkleTree tree)
    {
        for (var i = 0; i < count; i++)
        {
            if (bundle.Length < sizeof(ushort) || bundle.Length - sizeof(ushort) < BinaryPrimitives.ReadUInt16BigEndian(bundle))
            {
                return false;
            }

            var end = sizeof(ushort) + BinaryPrimitives.ReadUInt16BigEndian(bundle);
            tree.Append(bundle[sizeof(ushort)..end]);
            bundle = bundle[end..];
        }

        return bundle.IsEmpty;
    }

    private static async Task<byte[]?> ReadAsync(string directory, Tile tile, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, tile.ToString());
        return File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken) : null;
    }

    private static LedgerDamage Missing(Tile tile, long index) =>
        new("LS4011", LedgerDamageKind.EntryMissing, index, Text($"`{tile}`, from entry {index} on, is missing"));

    private static LedgerReport.Damaged Damaged(string code, LedgerDamageKind kind, long? index, string detail) =>
        new(new LedgerDamage(code, kind, index, detail));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
