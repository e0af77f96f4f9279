namespace Lockstep.Server.Config;

/// <summary>What may stand at a key of the configuration file.</summary>
internal enum ConfigType
{
    /// <summary>Any text but none.</summary>
    Text,

    /// <summary>An absolute address.</summary>
    Address,

    /// <summary>A path; a relative one counts from the file's own folder.</summary>
    Path,

    /// <summary>A whole number from 1.</summary>
    Number,

    /// <summary>A whole number from -1.</summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>A length of time such as <c>30s</c>, <c>5m</c>, <c>12h</c> or <c>7d</c>.</summary>
    Duration,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>A reference to a secret: <c>{ env: NAME }</c>, <c>{ file: PATH }</c> or <c>{ command: [PROGRAM, ARGUMENT] }</c>.</summary>
    Secret,

    /// <summary>A mapping from text to text.</summary>
    TextMap,

    /// <summary>Read by code of its own.</summary>
    Nested,
}

/// <summary>One key that a mapping of the configuration file may have.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">What may stand there.</param>
/// <param name="About">What it is for, with its default; becomes the description in the schema.</param>
internal sealed record ConfigKey(string Name, ConfigType Type, string About)
{
    /// <summary>Gets a value indicating whether it must be there.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Gets the words that may stand there, or none for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Gets the largest number that may stand there.</summary>
    public int Max { get; init; } = int.MaxValue;

    /// <summary>Gets the schemes that an address may have, or none for any.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = [];

    /// <summary>Gets, for a schema of <see cref="ConfigType.Nested"/>, what stands there.</summary>
    public string? SchemaOf { get; init; }
}
