namespace Lockstep.Connectors.FactFiles;

/// <summary>Where the facts of a system without a connector lie.</summary>
/// <param name="SystemName">The configured name; the nodes in the files are its own.</param>
/// <param name="Folder">The folder whose <c>*.jsonl</c> files are read, not those below it.</param>
public sealed record FactsSettings(string SystemName, string Folder);
