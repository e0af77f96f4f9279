using System.Globalization;
using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.OpenBao;

/// <summary>What the audit log tells of the past: who was given which lease, token, certificate and value.</summary>
internal sealed class BaoHistory
{
    private const int ReadsMax = 200_000;
    private static readonly TimeSpan LeaseLifeMax = TimeSpan.FromDays(33);

    /// <summary>Gets leases by their id.</summary>
    public Dictionary<string, LeaseGiven> Leases { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets tokens with an accessor that one token made, by the HMAC of their accessor.</summary>
    public Dictionary<string, TokenMade> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets batch tokens, by the HMAC of the token.</summary>
    public Dictionary<string, TokenMade> Batches { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets certificates that were signed, by what the log has of the serial number.</summary>
    public Dictionary<string, CertificateSigned> Certificates { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets who was given which value: entity, mount, path, and when that version was made; and when it was last given.</summary>
    public Dictionary<ValueRead, DateTimeOffset> Reads { get; } = [];

    /// <summary>Gets the database users of static roles by mount and path, where the log has them in clear.</summary>
    public Dictionary<(string Mount, string Path), string?> StaticUsers { get; } = [];

    /// <summary>Gets secret-ids by the HMAC of their accessor, or by the accessor itself where the log has it in clear.</summary>
    public Dictionary<string, BaoAuditEntry> SecretIds { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes an answer in.</summary>
    public void Add(BaoAuditEntry entry)
    {
        switch (entry.MountType)
        {
            case "kv" when entry.Path.StartsWith($"{entry.Mount}/data/", StringComparison.Ordinal) && Reads.Count < ReadsMax:
                if (entry.Response.Inner("data") is { } answer && answer.Inner("data") is not null)
                {
                    AddRead(entry, answer.Inner("metadata")?.Text("created_time"), entry.Path[(entry.Mount.Length + "/data/".Length)..]);
                }

                break;
            case "database" when entry.Path.StartsWith($"{entry.Mount}/static-creds/", StringComparison.Ordinal) && Reads.Count < ReadsMax:
                AddRead(entry, entry.Response.Inner("data")?.Text("last_vault_rotation"), entry.Path[(entry.Mount.Length + 1)..]);
                StaticUsers[(entry.Mount, entry.Path[(entry.Mount.Length + 1)..])] = Clear(entry.Response.Inner("data")?.Text("username"));
                break;
            case "database" when entry.Response.Inner("secret")?.Text("lease_id") is { Length: > 0 } lease:
                Leases[lease] = new(entry, Clear(entry.Response.Inner("data")?.Text("username")));
                break;
            case "approle" when entry.Response.Inner("data")?.Text("secret_id_accessor") is { } accessor
                && entry.Path.EndsWith("/secret-id", StringComparison.Ordinal):
                SecretIds[accessor] = entry;
                break;
            case "ssh" when entry.Response.Inner("data")?.Text("serial_number") is { } serial:
                Certificates[serial] = new(entry, Clear(serial), entry.Path[(entry.Path.LastIndexOf('/') + 1)..]);
                break;
            default:
                AddToken(entry);
                break;
        }
    }

    /// <summary>Forgets leases that no mount could have kept so long.</summary>
    public void Forget(DateTimeOffset now)
    {
        foreach (var old in Leases.Where(l => l.Value.Given.At < now - LeaseLifeMax).Select(l => l.Key).ToList())
        {
            Leases.Remove(old);
        }
    }

    /// <summary>Finds who asked: the entity of the token, or of the token that made it.</summary>
    public (string Entity, string How) WhoAsked(BaoAuditEntry entry)
    {
        var how = string.Create(CultureInfo.InvariantCulture, $"`{entry.DisplayName}` at {entry.At:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        for (var (made, steps) = (Tokens.GetValueOrDefault(entry.AccessorHash), 0); entry.Entity.Length == 0 && made is not null && steps < 10;
            made = Tokens.GetValueOrDefault(made.Made.AccessorHash), steps++)
        {
            entry = made.Made;
            how += $", with a token that `{entry.DisplayName}` made";
        }

        return (entry.Entity, how);
    }

    private static string? Clear(string? text) => text is { Length: > 0 } && !text.StartsWith("hmac-", StringComparison.Ordinal) ? text : null;

    private void AddRead(BaoAuditEntry entry, string? madeAt, string path)
    {
        if (OpenStackTime.Find(madeAt) is { } made && WhoAsked(entry).Entity is { Length: > 0 } entity)
        {
            Reads[new(entity, entry.Mount, path, made)] = entry.At;
        }
    }

    private void AddToken(BaoAuditEntry entry)
    {
        if (entry.Response.Inner("auth") is not { } made)
        {
            return;
        }

        var ends = made.Number("token_ttl") is > 0 and var seconds ? entry.At.AddSeconds(seconds) : (DateTimeOffset?)null;
        var token = new TokenMade(entry, made.Text("entity_id") ?? "", made.Texts("policies"), ends);
        if (made.Text("accessor") is { Length: > 0 } accessor)
        {
            // A login has no token that asked; its own entity is on the token.
            Tokens[accessor] = token;
        }
        else if (made.Text("token_type") == "batch" && made.Text("client_token") is { } hash)
        {
            Batches[hash] = token;
        }
    }
}

/// <summary>A lease that somebody was given.</summary>
/// <param name="Given">The answer that gave it.</param>
/// <param name="UserName">The database user, where the log has it in clear.</param>
internal sealed record LeaseGiven(BaoAuditEntry Given, string? UserName);

/// <summary>A token that somebody was given.</summary>
/// <param name="Made">The answer that gave it.</param>
/// <param name="Entity">The entity on it; empty for none.</param>
/// <param name="Policies">Its policies.</param>
/// <param name="Until">When it expires (UTC) unless it is renewed.</param>
internal sealed record TokenMade(BaoAuditEntry Made, string Entity, IReadOnlyList<string> Policies, DateTimeOffset? Until);

/// <summary>A certificate that was signed.</summary>
/// <param name="Signed">The answer that gave it.</param>
/// <param name="Serial">Its serial in hexadecimal, where the log has it in clear.</param>
/// <param name="Role">The role of the signer.</param>
internal sealed record CertificateSigned(BaoAuditEntry Signed, string? Serial, string Role);

/// <summary>A value that somebody was given.</summary>
internal sealed record ValueRead(string Entity, string Mount, string Path, DateTimeOffset MadeAt);
