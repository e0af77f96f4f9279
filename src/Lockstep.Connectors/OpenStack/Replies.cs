namespace Lockstep.Connectors.OpenStack;

/// <summary>Reads answers of changes.</summary>
internal static class Replies
{
    /// <summary>Breaks off if a change failed; an absence is not a failure.</summary>
    /// <exception cref="IncompleteObservationException">The change failed.</exception>
    public static void ThrowIfFailed(this Reply<bool> reply)
    {
        if (reply.Error is { } error)
        {
            throw new IncompleteObservationException(error);
        }
    }
}
