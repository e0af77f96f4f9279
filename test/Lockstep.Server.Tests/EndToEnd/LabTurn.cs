namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>
/// The tests that start a whole lab take turns, two labs at a time: they mostly wait for real systems, but more at once on a small
/// machine wait for each other until a server's start is given up.
/// </summary>
internal static class LabTurn
{
    public const string First = "first lab";
    public const string Second = "second lab";
}
