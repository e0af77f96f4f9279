using System.Globalization;
using Lockstep.Connectors;
using Lockstep.Graph;
using Lockstep.Reconciliation;

namespace Lockstep.Revocation;

/// <summary>One system's doors during a round: tries those that should close until they are refused, and looks at all of them at the end.</summary>
internal sealed class CanaryWatch(string systemName, TimeSpan? promised, IReadOnlyList<CanaryDoor> doors, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private TimeSpan? _denied;
    private TimeSpan _tried;

    internal string SystemName => systemName;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var door in doors)
        {
            await door.DisposeAsync();
        }
    }

    /// <summary>Names a door that does not work before the cut, or <see langword="null"/>.</summary>
    internal async Task<string?> FindClosedAsync(CancellationToken cancellationToken)
    {
        foreach (var door in doors)
        {
            if (await door.TryAsync(cancellationToken) is not ProbeOutcome.Works)
            {
                return door.Row;
            }
        }

        return null;
    }

    /// <summary>Tries until every door that should close has been refused twice, or patience ends.</summary>
    internal async Task UntilDeniedAsync(DateTimeOffset causedAt, CancellationToken cancellationToken)
    {
        var last = causedAt + (promised is { } bound && 3 * bound > Patience ? 3 * bound : Patience);
        var closing = doors.Where(IsToClose).ToList();
        var refusedAt = closing.ConvertAll(_ => (At: default(DateTimeOffset), Times: 0));
        while (time.GetUtcNow() is var now && now < last && refusedAt.Exists(r => r.Times < 2))
        {
            for (var i = 0; i < closing.Count; i++)
            {
                if (refusedAt[i].Times >= 2)
                {
                    continue;
                }

                var outcome = await closing[i].TryAsync(cancellationToken);
                refusedAt[i] = outcome is not ProbeOutcome.Refused ? (default, 0)
                    : (refusedAt[i].Times == 0 ? time.GetUtcNow() : refusedAt[i].At, refusedAt[i].Times + 1);
            }

            await Task.Delay(Between, time, cancellationToken);
        }

        _tried = time.GetUtcNow() - causedAt;
        _denied = closing.Count > 0 && refusedAt.TrueForAll(r => r.Times >= 2) ? refusedAt.Max(r => r.At) - causedAt : null;
    }

    /// <summary>Tries every door once more, thoroughly, and says of each row whether it holds here.</summary>
    internal async Task<CanaryMeasured> ConfirmAsync(NodeId account, CaseView view, CancellationToken cancellationToken)
    {
        List<CanaryRow> rows = [];
        foreach (var door in doors)
        {
            rows.Add(RowOf(door, await door.ConfirmAsync(cancellationToken)));
        }

        return new CanaryMeasured
        {
            SystemName = systemName, Account = account.ToString(), Case = view.Id, CausedAt = view.OpenedAt,
            ComputedSeconds = promised?.TotalSeconds, DeniedSeconds = _denied?.TotalSeconds, TriedSeconds = _tried.TotalSeconds, Rows = rows,
        };
    }

    /// <summary>Whether the atlas says that this way in closes by itself soon.</summary>
    private static bool IsToClose(CanaryDoor door) => door.Until is SurvivalEnd.Refused or SurvivalEnd.Cache;

    private CanaryRow RowOf(CanaryDoor door, ProbeOutcome outcome) => (outcome, IsToClose(door)) switch
    {
        (ProbeOutcome.Refused refused, true) when _denied is { } denied && (promised is not { } bound || denied <= bound) =>
            new(door.Row, true, refused.Evidence),
        (ProbeOutcome.Refused refused, true) => new(door.Row, false, string.Create(
            CultureInfo.InvariantCulture, $"refused only after {_denied?.TotalSeconds ?? _tried.TotalSeconds:0.0} s: {refused.Evidence}")),
        (ProbeOutcome.Works works, true) => new(door.Row, false, works.Evidence),
        (ProbeOutcome.Works works, false) => new(door.Row, true, works.Evidence),
        (ProbeOutcome.Refused refused, false) => new(door.Row, false, $"it ended sooner than the atlas says: {refused.Evidence}"),
        (ProbeOutcome.NotProbeable not, _) => new(door.Row, null, not.Reason),
        (ProbeOutcome.Unknown unknown, _) => new(door.Row, null, unknown.Error.Detail),
        _ => throw new System.Diagnostics.UnreachableException("Bug in Lockstep: unknown outcome."),
    };
}
