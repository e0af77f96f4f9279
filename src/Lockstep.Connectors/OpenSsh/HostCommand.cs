namespace Lockstep.Connectors.OpenSsh;

/// <summary>One command of the closed list in <see cref="HostCommands"/>.</summary>
/// <param name="What">What it does, as the end of "we may not ...".</param>
/// <param name="Text">The command for a POSIX shell; every argument is quoted and none is secret.</param>
/// <param name="FineCodes">Exit codes besides 0 that are an answer when nothing is written to standard error.</param>
internal sealed record HostCommand(string What, string Text, params IReadOnlyList<int> FineCodes);
