using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>One line of <c>authorized_keys</c> or of a list of authorities.</summary>
/// <param name="Options">Its options by name in lower case; one without a value has an empty one.</param>
/// <param name="Type">The key's type.</param>
/// <param name="Blob">The public key, in base64.</param>
/// <param name="Fingerprint"><c>SHA256:...</c> as ssh-keygen writes it.</param>
/// <param name="Comment">What whoever wrote the line says of it.</param>
internal sealed record PublicKey(
    IReadOnlyDictionary<string, string> Options, string Type, string Blob, string Fingerprint, string Comment)
{
    private static readonly string[] Types = ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"];

    /// <summary>Gets whether the key is an authority that signs for the account.</summary>
    public bool IsAuthority => Options.ContainsKey("cert-authority");

    /// <summary>Gets the names that a certificate of this authority must carry, if the line says so.</summary>
    public IReadOnlyList<string> Principals =>
        Options.GetValueOrDefault("principals")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>
    /// Gets when the line expires (UTC). Without a zone it is local time of a host whose zone we do not know: the latest possible instant.
    /// </summary>
    public DateTimeOffset? Until
    {
        get
        {
            var text = Options.GetValueOrDefault("expiry-time") ?? string.Empty;
            var (digits, late) = text.EndsWith('Z') ? (text[..^1], TimeSpan.Zero) : (text, TimeSpan.FromHours(12));
            return DateTimeOffset.TryParseExact(
                digits, ["yyyyMMdd", "yyyyMMddHHmm", "yyyyMMddHHmmss"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at + late : null;
        }
    }

    /// <summary>Gets what else must be so for the key to open something, or <see langword="null"/>.</summary>
    public string? Condition
    {
        get
        {
            var parts = new List<string>();
            if (Options.TryGetValue("from", out var from))
            {
                parts.Add($"only from `{from}`");
            }

            if (Options.TryGetValue("command", out var command))
            {
                // Its arguments may hold anything, also a password.
                parts.Add($"only the command `{command.Split(' ', 2)[0]}`");
            }

            return parts.Count == 0 ? null : string.Join("; ", parts);
        }
    }

    /// <summary>Reads a line; <see langword="null"/> for a comment, an empty line or one that sshd would ignore too.</summary>
    public static PublicKey? TryRead(string line)
    {
        var text = line.Trim();
        if (text.Length == 0 || text[0] == '#')
        {
            return null;
        }

        var isPlain = Types.Any(t => text.StartsWith(t, StringComparison.Ordinal));
        var end = isPlain ? 0 : EndOfOptions(text);
        var parts = text[end..].Trim().Split([' ', '\t'], 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || !Types.Any(t => parts[0].StartsWith(t, StringComparison.Ordinal)) || !Base64.IsValid(parts[1]))
        {
            return null;
        }

        var print = Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(parts[1]))).TrimEnd('=');
        return new(ReadOptions(text[..end]), parts[0], parts[1], $"SHA256:{print}", parts.Length > 2 ? parts[2] : string.Empty);
    }

    /// <summary>Reads the lines of a file that are keys.</summary>
    public static IReadOnlyList<PublicKey> ReadAll(string text) => [.. text.Split('\n').Select(TryRead).OfType<PublicKey>()];

    /// <summary>Splits options off a line: up to the first space outside of quotes.</summary>
    internal static int EndOfOptions(string text)
    {
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '"')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && text[i] is ' ' or '\t' && !isQuoted)
            {
                return i;
            }
        }

        return text.Length;
    }

    private static Dictionary<string, string> ReadOptions(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        var (start, isQuoted) = (0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"' && (i == 0 || text[i - 1] != '\\'))
            {
                isQuoted = !isQuoted;
            }

            if (i == text.Length || (text[i] == ',' && !isQuoted))
            {
                var parts = text[start..i].Split('=', 2);
                options.TryAdd(parts[0].Trim().ToLowerInvariant(), parts.Length < 2 ? string.Empty
                    : parts[1].Trim().Trim('"').Replace("\\\"", "\"", StringComparison.Ordinal));
                start = i + 1;
            }
        }

        return options;
    }
}
