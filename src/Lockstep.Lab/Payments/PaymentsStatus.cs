using System.Text.Json;

namespace Lockstep.Lab.Payments;

/// <summary>How the payments service is doing, rewritten after every payment.</summary>
public sealed record PaymentsStatus
{
    /// <summary>Its process id.</summary>
    public int ProcessId { get; init; }

    /// <summary>Payments written since it started.</summary>
    public long Written { get; init; }

    /// <summary>Attempts that failed; each was repeated until it went through.</summary>
    public long Failures { get; init; }

    /// <summary>How often it asked the vault for the password.</summary>
    public long SecretReads { get; init; }

    /// <summary>The longest time between two payments, in milliseconds; one every 200 ms is intended.</summary>
    public long LongestGap { get; init; }

    /// <summary>When the last payment was written.</summary>
    public DateTimeOffset LastWritten { get; init; }

    /// <summary>Why the last attempt failed, in words without values; empty where none has.</summary>
    public string LastFailure { get; init; } = "";

    /// <summary>Reads the file; null where the service has not written it yet.</summary>
    public static PaymentsStatus? Find(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize<PaymentsStatus>(File.ReadAllText(file), JsonSerializerOptions.Web) : null;

    internal void Write(string file)
    {
        var part = file + ".part";
        File.WriteAllText(part, JsonSerializer.Serialize(this, JsonSerializerOptions.Web));
        File.Move(part, file, overwrite: true);
    }
}
