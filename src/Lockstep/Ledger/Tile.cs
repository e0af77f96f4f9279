using System.Globalization;

namespace Lockstep.Ledger;

/// <summary>One file of a C2SP tlog-tiles folder: up to 256 hashes of one level, or up to 256 entries.</summary>
/// <param name="Level">0 for leaf hashes, 1 for the hashes over 256 of them, and so on; -1 for entries.</param>
/// <param name="Index">The place within the level.</param>
/// <param name="Width">How many hashes or entries, 1 to 256.</param>
public sealed record Tile(int Level, long Index, int Width)
{
    /// <summary>The level of tiles that hold entries.</summary>
    public const int Entries = -1;

    /// <summary>How many a full tile holds: 256.</summary>
    public const int WidthMax = 256;

    private const int LevelBits = 8;

    /// <summary>Gets the place of the tile's first hash or entry within its level.</summary>
    public long First => Index * WidthMax;

    /// <summary>Gets how many entries one hash of this tile covers; 1 for a tile of entries.</summary>
    public long EntriesPerHash => 1L << (LevelBits * Math.Max(Level, 0));

    /// <summary>Gets the place of the first entry that this tile covers.</summary>
    public long FirstEntry => First * EntriesPerHash;

    /// <summary>Lists every tile of a tree of <paramref name="size"/> entries, entry bundles first, lower levels before higher.</summary>
    public static IEnumerable<Tile> Of(long size)
    {
        foreach (var tile in TilesOf(Entries, size))
        {
            yield return tile;
        }

        for (var level = 0; size >> (LevelBits * level) > 0; level++)
        {
            foreach (var tile in TilesOf(level, size >> (LevelBits * level)))
            {
                yield return tile;
            }
        }
    }

    /// <summary>Gives the hashes of a tile that is not of entries.</summary>
    public byte[] Hashes(MerkleTree tree)
    {
        var bytes = new byte[Width * MerkleHash.Length];
        for (var i = 0; i < Width; i++)
        {
            tree.Complete(Level * LevelBits, First + i).CopyTo(bytes.AsSpan(i * MerkleHash.Length));
        }

        return bytes;
    }

    /// <summary>Gives the path below the folder, for example <c>tile/0/x001/x234/067.p/8</c>.</summary>
    public override string ToString()
    {
        var number = (Index % 1000).ToString("d3", CultureInfo.InvariantCulture);
        for (var rest = Index / 1000; rest > 0; rest /= 1000)
        {
            number = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:d3}/{number}");
        }

        var level = Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
        var partial = Width == WidthMax ? string.Empty : string.Create(CultureInfo.InvariantCulture, $".p/{Width}");
        return $"tile/{level}/{number}{partial}";
    }

    private static IEnumerable<Tile> TilesOf(int level, long count)
    {
        for (var index = 0L; index < count / WidthMax; index++)
        {
            yield return new(level, index, WidthMax);
        }

        if (count % WidthMax is var rest and > 0)
        {
            yield return new(level, count / WidthMax, (int)rest);
        }
    }
}
