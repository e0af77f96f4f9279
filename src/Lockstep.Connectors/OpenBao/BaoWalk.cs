using System.Runtime.CompilerServices;
using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Lists everything below a place, folder by folder.</summary>
internal static class BaoWalk
{
    private const int FoldersMax = 100_000;

    /// <summary>Streams the paths; a folder that our rights hide comes with the reason.</summary>
    public static async IAsyncEnumerable<(string Path, ConnectorError? Hidden)> BelowAsync(
        BaoApi api, string place, string what, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var folders = new Queue<string>([""]);
        for (var visited = 0; folders.TryDequeue(out var folder); visited++)
        {
            var keys = await api.ListAsync(place + BaoApi.Escape(folder), what, cancellationToken);
            if (keys.Error is { Kind: ConnectorErrorKind.Forbidden } || visited == FoldersMax)
            {
                yield return (folder, keys.Error ?? api.Errors.Unsupported($"more than {FoldersMax} folders"));
                continue;
            }

            foreach (var key in keys.OrBreakOff(api.Errors.MalformedCode))
            {
                if (key.EndsWith('/'))
                {
                    folders.Enqueue(folder + key);
                }
                else
                {
                    yield return (folder + key, null);
                }
            }
        }
    }
}
