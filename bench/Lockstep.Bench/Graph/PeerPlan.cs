namespace Lockstep.Bench.Graph;

/// <summary>Which engines a run asks, and how much.</summary>
internal sealed record PeerPlan(
    bool IsQuick, int Asked, int Rounds, bool WithPostgres, bool WithLongSql, IReadOnlyList<string> Databases, bool WithSpice, bool WithBoost,
    IReadOnlyList<string> LeftOut)
{
    private const string Everything = "postgres,duckdb,kuzu,spicedb,boost";

    /// <summary>Reads the peers named, or those that fit the size and the time.</summary>
    /// <exception cref="ArgumentException">A peer is unknown.</exception>
    public static PeerPlan Of(string size, bool isQuick, string? peers)
    {
        var named = (peers ?? (size == "L" ? "boost" : isQuick ? "postgres,duckdb,boost" : Everything)).Split(',');
        var all = Everything.Split(',');
        if (named.Except(all).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"`{unknown}` is no peer; expected some of {Everything}");
        }

        List<string> leftOut = [.. all.Except(named).Select(p => $"{p}: {Why(p, size, isQuick)}; `--peers {Everything}` asks all")];
        if (isQuick && named.Contains("postgres"))
        {
            leftOut.Add("postgres on sweep and drift: takes half a minute each at S; not in a quick run");
        }

        if (named.Contains("duckdb"))
        {
            leftOut.Add("duckdb on questions about one node: some 300 ms each, 100 times what PostgreSQL takes; it is for whole estates");
        }

        return new(
            isQuick, isQuick ? 20 : 100, isQuick ? 1 : 3, named.Contains("postgres"), !isQuick,
            [.. named.Where(p => p is "duckdb" or "kuzu")], named.Contains("spicedb"), named.Contains("boost"), leftOut);
    }

    private static string Why(string peer, string size, bool isQuick) => (peer, size, isQuick) switch
    {
        ("postgres", "L", _) => "loads for about ten minutes at this size and takes 12 GB of disk",
        ("duckdb" or "kuzu", "L", _) => "takes 7 GB of files to load at this size",
        ("spicedb", "L", _) => "is asked at 5,000 nodes, in a run of size S",
        (_, _, true) => "does not fit a quick run",
        _ => "not asked for",
    };
}
