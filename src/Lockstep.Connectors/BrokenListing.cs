using System.Runtime.CompilerServices;

namespace Lockstep.Connectors;

/// <summary>Turns the expected failures inside a stream into the one exception of a listing that broke off.</summary>
internal static class BrokenListing
{
    /// <summary>Passes everything on; a failure that <paramref name="isExpected"/> ends the stream as an incomplete observation.</summary>
    public static async IAsyncEnumerable<T> AsIncomplete<T>(
        IAsyncEnumerable<T> stream,
        Func<Exception, bool> isExpected,
        Func<Exception, ConnectorError> errorOf,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var elements = stream.GetAsyncEnumerator(cancellation);
        while (await NextAsync(elements, isExpected, errorOf))
        {
            yield return elements.Current;
        }
    }

    private static async ValueTask<bool> NextAsync<T>(
        IAsyncEnumerator<T> elements, Func<Exception, bool> isExpected, Func<Exception, ConnectorError> errorOf)
    {
        try
        {
            return await elements.MoveNextAsync();
        }
        catch (Exception failure) when (failure is not IncompleteObservationException && isExpected(failure))
        {
            throw new IncompleteObservationException(errorOf(failure), failure);
        }
    }
}
