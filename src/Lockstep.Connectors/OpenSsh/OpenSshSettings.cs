namespace Lockstep.Connectors.OpenSsh;

/// <summary>How to reach a host, and where its files are.</summary>
public sealed record OpenSshSettings
{
    /// <summary>Gets the host name or address; <see langword="null"/> for the host that Lockstep itself runs on.</summary>
    public string? Host { get; init; }

    /// <summary>Gets the TCP port of its sshd; 22 unless set.</summary>
    public int Port { get; init; } = 22;

    /// <summary>Gets the account to log in as.</summary>
    public string User { get; init; } = "lockstep";

    /// <summary>Gets the file with our private key; only the ssh client reads it.</summary>
    public string? IdentityFile { get; init; }

    /// <summary>Gets the file with the host's key; a host that is not in it is not talked to.</summary>
    public string? KnownHosts { get; init; }

    /// <summary>Gets the name under which the host stands in <see cref="KnownHosts"/>; its own unless set.</summary>
    public string? HostKeyAlias { get; init; }

    /// <summary>Gets a value indicating whether what needs root is run through <c>sudo -n</c>.</summary>
    public bool Sudo { get; init; }

    /// <summary>Gets the configuration of the host's sshd; <c>/etc/ssh/sshd_config</c> unless set.</summary>
    public string ConfigFile { get; init; } = "/etc/ssh/sshd_config";

    /// <summary>Gets the log that its sshd writes; <c>/var/log/auth.log</c> unless set.</summary>
    public string LogFile { get; init; } = "/var/log/auth.log";

    /// <summary>Gets the sudo rules; <c>/etc/sudoers</c> unless set.</summary>
    public string SudoersFile { get; init; } = "/etc/sudoers";

    /// <summary>
    /// Gets the system whose accounts a key's comment names (<c>employeeNumber=E1004</c>), or <see langword="null"/> to ignore comments.
    /// </summary>
    public string? Holders { get; init; }

    /// <summary>Gets the longest time for which any trusted CA signs, or <see langword="null"/> if nobody says.</summary>
    public TimeSpan? CertificateLifetime { get; init; }

    /// <summary>
    /// Gets the file with the canary's private key, whose public key its account lists; <see langword="null"/> where there is no canary.
    /// </summary>
    public string? CanaryKey { get; init; }

    /// <summary>Gets how long the log-in and how long one command may take, from 1 s to 5 min; 15 s unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Says whether the ssh client reads a word as one: not as an option, two words or a pattern.</summary>
    internal static bool IsWord(string word) =>
        word.Length > 0 && word[0] != '-' && !word.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '%' or '"' or '@');
}
