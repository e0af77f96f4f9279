using System.Runtime.CompilerServices;

namespace Lockstep.Connectors.OpenStack;

/// <summary>Asks about many things, a few at a time.</summary>
internal static class Batches
{
    /// <summary>Streams each thing with its answer, in order; at most <paramref name="size"/> questions are open at a time.</summary>
    public static async IAsyncEnumerable<(TItem Item, TAnswer Answer)> AskAsync<TItem, TAnswer>(
        IEnumerable<TItem> items,
        int size,
        Func<TItem, CancellationToken, Task<TAnswer>> ask,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var batch in items.Chunk(size))
        {
            var answers = await Task.WhenAll(batch.Select(item => ask(item, cancellationToken)));
            foreach (var answered in batch.Zip(answers))
            {
                yield return answered;
            }
        }
    }
}
