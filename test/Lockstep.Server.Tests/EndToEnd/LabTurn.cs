namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>
/// The tests that start a whole lab take turns: several at once on a small machine wait for each other until a server's start is given up.
/// </summary>
internal static class LabTurn
{
    public const string Name = "lab";
}
