namespace Lockstep.Graph.Compact;

/// <content>Its links by number, for comparing them with others.</content>
public sealed partial class CompactGraph
{
    /// <summary>Says whether a link lets access into its target, as that is in this version.</summary>
    internal bool IsOpenNow(uint to, uint meta) => _frame.IsOpen(meta, to, _version);

    /// <summary>Streams the links of this version that leave a node, whatever their validity.</summary>
    internal IEnumerable<(uint From, uint To, uint Meta, long ValidFrom, long ValidUntil)> RawFrom(uint node) => RawLinksFrom(node);

    /// <summary>Writes a link out.</summary>
    internal Link Write(uint from, uint to, uint meta, long validFrom, long validUntil) =>
        new ChainReader(new SearchRun(_frame, _version, 0, QueryLimits.Default, CancellationToken.None)).Write(
            from, to, meta, validFrom, validUntil);
}
