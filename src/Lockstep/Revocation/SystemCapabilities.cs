using Lockstep.Connectors;

namespace Lockstep.Revocation;

/// <summary>What the planner knows of one connected system: which cuts it takes and how each is shown.</summary>
/// <param name="SystemName">The configured name.</param>
/// <param name="SystemKind">The kind, such as <c>postgresql</c>.</param>
/// <param name="Cuts">The cuts that its connector can make.</param>
/// <param name="StoresSecrets">Whether values kept there can be read and replaced.</param>
/// <param name="RotatesCredentials">Whether credentials accepted there can be replaced and tried.</param>
public sealed record SystemCapabilities(
    string SystemName, string SystemKind, IReadOnlyList<CutCapability> Cuts, bool StoresSecrets, bool RotatesCredentials)
{
    /// <summary>Reads them off a connector.</summary>
    public static SystemCapabilities Of(IConnector connector) => new(
        connector.SystemName,
        connector.SystemKind,
        connector is ICutAccess ? connector.Cuts : [],
        connector is IStoreSecrets,
        connector is IRotateCredentials)
    {
        Survivors = connector is IKnowSurvivors knowing ? knowing.Survivors : [],
    };

    /// <summary>Gets what is known to outlive its cuts.</summary>
    public IReadOnlyList<SurvivalRow> Survivors { get; init; } = [];

    /// <summary>Lists the rows of the atlas that are about a cut.</summary>
    public IReadOnlyList<string> RowsAbout(Cut cut) => [.. Survivors.Where(r => r.IsAbout(cut)).Select(r => r.Id)];

    /// <summary>Finds the capability for a cut, or <see langword="null"/> if the system takes none.</summary>
    public CutCapability? Find(Cut cut) => Cuts.FirstOrDefault(c =>
        c.Kind == cut.Kind && c.NodeKind == cut.Target.Kind && (c.Link is null || c.Link == cut.Link?.Kind)
        && c.Takes?.Invoke(cut) != false);
}
