using System.Globalization;
using Lockstep.Reconciliation;
using Lockstep.Server.Workers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lockstep.Server.Api;

/// <summary>Chooses the picture that a question is about: the newest, or the one that was known at an instant.</summary>
internal sealed class Past(EstateHolder holder, TimeProvider time)
{
    /// <summary>Gives estate and instant for <paramref name="asOf"/>; a problem if it is no instant.</summary>
    /// <param name="asOf">ISO 8601; for a past instant what was known then is asked, for a future one what is known now and still holds
    /// then.</param>
    /// <param name="cancellationToken">Stops folding the past.</param>
    public async Task<(IEstate Estate, DateTimeOffset At, ProblemHttpResult? Problem)> AtAsync(
        string? asOf, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(asOf))
        {
            return (holder.Current, time.GetUtcNow(), null);
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(asOf, CultureInfo.InvariantCulture, Utc, out var at))
        {
            return (holder.Current, default, Problems.Of(400, "LS3007", "`asOf` is not an instant such as 2026-01-31T12:00:00Z"));
        }

        return (await holder.AsKnownAtAsync(at, cancellationToken), at, null);
    }
}
