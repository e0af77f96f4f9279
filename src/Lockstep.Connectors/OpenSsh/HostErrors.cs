namespace Lockstep.Connectors.OpenSsh;

/// <summary>What can go wrong at a host, as values. Of what the host wrote only one bounded line is quoted.</summary>
internal static class HostErrors
{
    /// <summary>What is said where the host itself refuses a log-in.</summary>
    public const string NotTaken = "the host does not take our key";

    private static readonly string[] Refusals =
    [
        "Permission denied", "a password is required", "is not allowed to", "not in the sudoers file", "Operation not permitted", "must be root",
        "no hostkeys available", "Only root",
    ];

    /// <summary>Nobody answered, or the conversation broke.</summary>
    public static ConnectorError Unreachable(string what) => new("LS2601", ConnectorErrorKind.Unreachable, what);

    /// <summary>The command needs rights that we do not have.</summary>
    public static ConnectorError Hidden(string what) => new("LS2604", ConnectorErrorKind.Forbidden, what);

    /// <summary>The host cannot do this.</summary>
    public static ConnectorError Unsupported(string what) => new("LS2607", ConnectorErrorKind.Unsupported, what);

    /// <summary>An answer is not of the form that the command has.</summary>
    public static ConnectorError Malformed(string what) => new("LS2606", ConnectorErrorKind.Malformed, what);

    /// <summary>Says why the ssh client ended.</summary>
    public static ConnectorError OfClient(string errors) => errors switch
    {
        _ when errors.Contains("Host key verification failed", StringComparison.Ordinal)
            || errors.Contains("REMOTE HOST IDENTIFICATION HAS CHANGED", StringComparison.Ordinal) =>
            new("LS2603", ConnectorErrorKind.Unauthenticated, "the host's key is not the one that `knownHosts` has: nothing was sent"),
        _ when errors.Contains("not accessible", StringComparison.Ordinal)
            || errors.Contains("bad permissions", StringComparison.Ordinal) =>
            new("LS2602", ConnectorErrorKind.Unauthenticated, "our key file cannot be read, or others can read it too"),
        _ when errors.Contains("Too many authentication failures", StringComparison.Ordinal) =>
            new("LS2602", ConnectorErrorKind.Unauthenticated, "the host took too many attempts to log in for an attack"),
        _ when errors.Contains("Permission denied (", StringComparison.Ordinal)
            || errors.Contains("account has expired", StringComparison.Ordinal) =>
            new("LS2602", ConnectorErrorKind.Unauthenticated, NotTaken),
        _ => Unreachable($"the ssh client ended: {FirstLine(errors)}"),
    };

    /// <summary>Says why a command failed on the host.</summary>
    public static ConnectorError OfCommand(string what, int code, string errors) =>
        Refusals.Any(r => errors.Contains(r, StringComparison.Ordinal))
            ? Hidden($"we may not {what}: {FirstLine(errors)}")
            : new("LS2605", ConnectorErrorKind.Broken, $"could not {what} (exit {code}): {FirstLine(errors)}");

    private static string FirstLine(string errors)
    {
        var line = errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? "it said nothing";
        return new([.. line.Take(160).Select(c => char.IsControl(c) ? ' ' : c)]);
    }
}
