using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>A number for each of few among many places, 0 unless set: pages that are made when they are written to.</summary>
/// <remarks>
/// What lies near each other is numbered near each other, so a question touches few pages. An instance is used again: what was set is
/// taken back place by place, and no page is made and cleared anew for each question.
/// </remarks>
/// <threadsafety>For one thread between <see cref="Rent"/> and <see cref="Return"/>.</threadsafety>
internal sealed class SparseNumbers
{
    private const int PageBits = 11;
    private const int PageSize = 1 << PageBits;

    /// <summary>An instance with more pages than this (32 MiB) is not kept: one question about everything must not hold memory for ever.</summary>
    private const int PagesKeptMax = 4096;

    private static readonly ConcurrentBag<SparseNumbers> Idle = [];
    private readonly int[]?[] _pages;
    private int _made;

    private SparseNumbers(long length) => _pages = new int[]?[PagesFor(length)];

    /// <summary>Gets or sets the number at a place.</summary>
    public int this[long place]
    {
        get => _pages[place >> PageBits] is { } page ? page[(int)(place & (PageSize - 1))] : 0;
        set => (_pages[place >> PageBits] ?? Made(place >> PageBits))[(int)(place & (PageSize - 1))] = value;
    }

    /// <summary>Gives an instance without numbers that has at least so many places.</summary>
    public static SparseNumbers Rent(long length) =>
        Idle.TryTake(out var idle) && idle._pages.Length >= PagesFor(length) ? idle : new(length + (length / 8));

    /// <summary>Gives an instance back whose numbers were all taken back.</summary>
    public void Return()
    {
        if (_made <= PagesKeptMax)
        {
            Idle.Add(this);
        }
    }

    private static long PagesFor(long length) => (length >> PageBits) + 1;

    private int[] Made(long page)
    {
        _made++;
        return _pages[page] = new int[PageSize];
    }
}
