namespace Lockstep.Connectors.Barbican;

/// <summary>User metadata with which a rotation marks its secrets. Barbican never changes a value in place: each is a new secret.</summary>
internal static class BarbicanMarks
{
    /// <summary>On the new secret: the id of the one before.</summary>
    public const string Replaces = "lockstep-replaces";

    /// <summary>On the new secret: the id of the first of all.</summary>
    public const string Origin = "lockstep-origin";

    /// <summary>On the new secret: the step that made it.</summary>
    public const string Step = "lockstep-step";

    /// <summary>On the old secret: the id of the next.</summary>
    public const string ReplacedBy = "lockstep-replaced-by";

    /// <summary>Says whether a key is one of ours.</summary>
    public static bool IsOurs(string key) => key.StartsWith("lockstep-", StringComparison.Ordinal);
}
