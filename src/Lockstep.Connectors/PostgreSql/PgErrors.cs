using System.Net.Sockets;
using Npgsql;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>What can go wrong at PostgreSQL, as values. Only the server's primary message is quoted: details may hold values.</summary>
internal static class PgErrors
{
    public const string Forbidden = "42501";
    public const string DependentGrants = "2BP01";
    public const string WrongPassword = "28P01";
    public const string NotAllowedIn = "28000";

    public static ConnectorError Of(Exception failure) => failure switch
    {
        PostgresException refusal => OfState(refusal),
        SecretSourceException source =>
            new("LS2410", ConnectorErrorKind.Unauthenticated, $"our own password cannot be read: {source.Message}"),
        IncompleteObservationException incomplete => incomplete.Error,
        TimeoutException or NpgsqlException { InnerException: TimeoutException } =>
            new("LS2401", ConnectorErrorKind.Unreachable, "no answer in time"),
        NpgsqlException { InnerException: SocketException socket } =>
            new("LS2401", ConnectorErrorKind.Unreachable, $"no connection: {socket.SocketErrorCode}"),
        NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException } =>
            new("LS2402", ConnectorErrorKind.Unauthenticated, "the server's certificate is not trusted or its TLS failed"),
        NpgsqlException or IOException or SocketException => new("LS2401", ConnectorErrorKind.Unreachable, "the connection broke"),
        _ => throw new System.Diagnostics.UnreachableException($"Bug in Lockstep: {failure.GetType().Name} at PostgreSQL.", failure),
    };

    /// <summary>Whether a failure is one that happens; everything else is a bug and must be seen as one.</summary>
    public static bool IsExpected(Exception failure) =>
        failure is NpgsqlException or IncompleteObservationException or SecretSourceException or TimeoutException or IOException or SocketException;

    /// <summary>Whether what the statement names was dropped, renamed or changed by another at the same time.</summary>
    public static bool IsChangedMeanwhile(PostgresException refusal) =>
        refusal.SqlState is "42704" or "42P01" or "3F000" or "42883"
        || (refusal.SqlState == "XX000" && refusal.MessageText.StartsWith("tuple concurrently", StringComparison.Ordinal));

    public static ConnectorError Hidden(string what) => new("LS2403", ConnectorErrorKind.Forbidden, what);

    public static ConnectorError Unsupported(string what) => new("LS2406", ConnectorErrorKind.Unsupported, what);

    private static ConnectorError OfState(PostgresException refusal) => refusal.SqlState switch
    {
        WrongPassword or NotAllowedIn => new("LS2402", ConnectorErrorKind.Unauthenticated, Said(refusal, "our role is not let in")),
        Forbidden => new("LS2403", ConnectorErrorKind.Forbidden, Said(refusal, "our role may not do this")),
        DependentGrants => new("LS2407", ConnectorErrorKind.Unsupported,
            Said(refusal, "others hold what was granted on from it, and would lose it too; revoke theirs first or keep them")),
        "53300" => new("LS2404", ConnectorErrorKind.Throttled, Said(refusal, "the server has no connection left")),
        "57014" => new("LS2401", ConnectorErrorKind.Unreachable, Said(refusal, "the statement was cancelled")),
        "57P01" or "57P02" or "57P03" => new("LS2405", ConnectorErrorKind.Broken, Said(refusal, "the server is going down or coming up")),
        "0A000" or "42704" or "2BP03" => new("LS2406", ConnectorErrorKind.Unsupported, Said(refusal, "the server cannot do this")),
        "22023" or "42601" => new("LS2408", ConnectorErrorKind.Malformed, Said(refusal, "the server did not understand us")),
        _ => new("LS2405", ConnectorErrorKind.Broken, Said(refusal, "the server failed inside")),
    };

    private static string Said(PostgresException refusal, string meaning) => $"{meaning} ({refusal.SqlState}, `{refusal.MessageText}`)";
}
