using System.Globalization;

namespace Lockstep.Connectors.OpenStack;

/// <summary>OpenStack's times are UTC, mostly without saying so.</summary>
internal static class OpenStackTime
{
    /// <summary>Reads a time, or <see langword="null"/> if there is none.</summary>
    public static DateTimeOffset? Find(string? text) =>
        DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    /// <summary>Writes a time as an attribute (ISO 8601, UTC).</summary>
    public static string? Iso(string? text) => Find(text)?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
