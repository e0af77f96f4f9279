using System.Formats.Asn1;
using System.Net.Sockets;
using System.Security.Authentication;
using Lockstep.Connectors.Ldap.Wire;

namespace Lockstep.Connectors.Ldap;

/// <summary>What can go wrong at a directory, as values. Result texts of the server are quoted: they name attributes, not values.</summary>
internal static class LdapErrors
{
    public static ConnectorError Of(Exception failure) => failure switch
    {
        LdapRefusalException refusal => OfCode(refusal.Code, refusal.Diagnostic),
        TimeoutException => new("LS2101", ConnectorErrorKind.Unreachable, failure.Message),
        AuthenticationException =>
            new("LS2102", ConnectorErrorKind.Unauthenticated, "the server's certificate is not trusted or its TLS failed"),
        AsnContentException => new("LS2108", ConnectorErrorKind.Malformed, $"the answer breaks the protocol: {failure.Message}"),
        IncompleteObservationException incomplete => incomplete.Error,
        SecretSourceException source =>
            new("LS2110", ConnectorErrorKind.Unauthenticated, $"our own password cannot be read: {source.Message}"),
        SocketException socket => new("LS2101", ConnectorErrorKind.Unreachable, $"no connection: {socket.SocketErrorCode}"),
        IOException => new("LS2101", ConnectorErrorKind.Unreachable, $"the connection broke: {failure.Message}"),
        _ => throw new System.Diagnostics.UnreachableException($"Bug in Lockstep: {failure.GetType().Name} at a directory.", failure),
    };

    /// <summary>Whether a failure is one that happens; everything else is a bug and must be seen as one.</summary>
    public static bool IsExpected(Exception failure) => failure is LdapRefusalException or TimeoutException or AuthenticationException
        or AsnContentException or IncompleteObservationException or SecretSourceException or SocketException or IOException;

    public static ConnectorError Absent(string what) => new("LS2104", ConnectorErrorKind.Forbidden, what);

    public static ConnectorError Unsupported(string what) => new("LS2106", ConnectorErrorKind.Unsupported, what);

    private static ConnectorError OfCode(int code, string diagnostic) => code switch
    {
        LdapCodes.InvalidCredentials or LdapCodes.InappropriateAuthentication =>
            new("LS2103", ConnectorErrorKind.Unauthenticated, Said(code, "our name or password is refused", diagnostic)),
        LdapCodes.InsufficientAccessRights or LdapCodes.StrongerAuthRequired or LdapCodes.ConfidentialityRequired
            or LdapCodes.UnwillingToPerform or LdapCodes.NoSuchObject or LdapCodes.ConstraintViolation =>
            new("LS2104", ConnectorErrorKind.Forbidden, Said(code, "the directory does not let us", diagnostic)),
        LdapCodes.Busy => new("LS2105", ConnectorErrorKind.Throttled, Said(code, "the directory is busy", diagnostic)),
        LdapCodes.SizeLimitExceeded or LdapCodes.AdminLimitExceeded =>
            new("LS2107", ConnectorErrorKind.Forbidden,
                Said(code, "the directory's size limit for us is smaller than the listing", diagnostic)),
        LdapCodes.UndefinedAttributeType or LdapCodes.ObjectClassViolation or LdapCodes.InvalidAttributeSyntax or LdapCodes.Referral =>
            new("LS2106", ConnectorErrorKind.Unsupported, Said(code, "this directory or entry cannot do this", diagnostic)),
        _ => new("LS2109", ConnectorErrorKind.Broken, Said(code, "the directory failed inside", diagnostic)),
    };

    private static string Said(int code, string meaning, string diagnostic) =>
        diagnostic.Length == 0 ? $"{meaning} (result {code})" : $"{meaning} (result {code}, `{diagnostic}`)";
}
