namespace Lockstep.Graph.Compact;

/// <summary>A number for each of few among many places, 0 unless set: pages that are made when they are written to.</summary>
/// <remarks>What lies near each other is numbered near each other, so a question touches few pages, and none is cleared for the next.</remarks>
/// <threadsafety>For one thread.</threadsafety>
internal sealed class SparseNumbers(long length)
{
    private const int PageBits = 11;
    private const int PageSize = 1 << PageBits;
    private readonly int[]?[] _pages = new int[]?[(length >> PageBits) + 1];

    /// <summary>Gets or sets the number at a place.</summary>
    public int this[long place]
    {
        get => _pages[place >> PageBits] is { } page ? page[(int)(place & (PageSize - 1))] : 0;
        set => (_pages[place >> PageBits] ??= new int[PageSize])[(int)(place & (PageSize - 1))] = value;
    }
}
