using Lockstep.Graph;

namespace Lockstep.Server.Workers;

/// <summary>Every log line of the workers. Event ids 1000 to 1099; an id is never reused.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(1001, LogLevel.Warning, "look at {System} broke off: {Code} {Detail}")]
    public static partial void LookBrokeOff(this ILogger log, string system, string code, string detail);

    [LoggerMessage(1002, LogLevel.Error, "connector of {System} threw, which is a bug in it")]
    public static partial void ConnectorThrew(this ILogger log, string system, Exception exception);

    [LoggerMessage(1003, LogLevel.Warning, "watch on {System} broke: {Detail}")]
    public static partial void WatchBroke(this ILogger log, string system, string detail);

    [LoggerMessage(1004, LogLevel.Information, "value of {Secret} was not read: {Code} {Detail}")]
    public static partial void ValueNotRead(this ILogger log, NodeId secret, string code, string detail);

    [LoggerMessage(1005, LogLevel.Error, "findings could not be worked out")]
    public static partial void FindingsNotTracked(this ILogger log, Exception exception);

    [LoggerMessage(1006, LogLevel.Error, "ledger could not be sealed: {Detail}")]
    public static partial void LedgerNotSealed(this ILogger log, string detail);

    [LoggerMessage(1007, LogLevel.Warning, "witness did not cosign: {Code} {Detail}")]
    public static partial void WitnessRefused(this ILogger log, string code, string detail);

    [LoggerMessage(1008, LogLevel.Warning, "unfinished write of {Bytes} bytes dropped; {Entries} entries kept")]
    public static partial void TornTailDropped(this ILogger log, long bytes, long entries);

    [LoggerMessage(1009, LogLevel.Information, "listening at {Address}; {Systems} systems, {Entries} ledger entries")]
    public static partial void Listening(this ILogger log, string address, int systems, long entries);

    [LoggerMessage(1011, LogLevel.Warning, "canary of {System} was not measured: {Code} {Detail}")]
    public static partial void CanaryNotMeasured(this ILogger log, string system, string code, string detail);

    [LoggerMessage(1012, LogLevel.Error, "round of the canary of {System} failed")]
    public static partial void CanaryFailed(this ILogger log, string system, Exception exception);

    [LoggerMessage(1010, LogLevel.Error, "run of case {Case} ended by a fault")]
    public static partial void CaseFaulted(this ILogger log, Guid @case, Exception fault);

    [LoggerMessage(1030, LogLevel.Warning, "policies were changed and cannot run; the old ones decide on. {Count} problems, first: {First}")]
    public static partial void PoliciesRefused(this ILogger log, int count, string first);

    [LoggerMessage(1031, LogLevel.Information, "policies {Digest} decide now")]
    public static partial void PoliciesLoaded(this ILogger log, string digest);

    [LoggerMessage(1032, LogLevel.Error, "decisions could not be written to the ledger: {Detail}")]
    public static partial void DecisionsNotLogged(this ILogger log, string detail);
}
