namespace Lockstep.Server.Access;

/// <summary>Writes enumerations as the API writes them.</summary>
internal static class Words
{
    /// <summary>Gives the value's name with a small first letter.</summary>
    internal static string Of<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
