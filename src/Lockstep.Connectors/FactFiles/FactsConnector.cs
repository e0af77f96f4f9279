using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Graph;

namespace Lockstep.Connectors.FactFiles;

/// <summary>Lets a system without a connector take part, read-only: a folder of files with one fact a line.</summary>
/// <threadsafety>Any number of threads.</threadsafety>
public sealed class FactsConnector(FactsSettings settings) : IObserveAccess
{
    /// <inheritdoc/>
    public string SystemName => settings.SystemName;

    /// <inheritdoc/>
    public string SystemKind => "facts";

    /// <inheritdoc/>
    public IReadOnlyList<CutCapability> Cuts => [];

    /// <inheritdoc/>
    public async Task<Checkup> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            (var facts, List<CheckupNote> notes) = (0, []);
            await foreach (var observation in ObserveAsync(null, cancellationToken))
            {
                facts += observation is Observation.Seen ? 1 : 0;
                if (observation is Observation.NotCovered { Error: var error })
                {
                    notes.Add(new CheckupNote(
                        IsProblem: true, $"{error.Code}: {error.Detail}; facts missing from this file are not taken to be gone"));
                }
            }

            notes.Add(new CheckupNote(
                IsProblem: false, string.Create(
                CultureInfo.InvariantCulture, $"{facts} facts can be read; access is shown and cannot be cut here")));
            return new Checkup(IsReachable: true, Version: null, notes);
        }
        catch (IncompleteObservationException e)
        {
            return new Checkup(IsReachable: false, Version: null, [new CheckupNote(IsProblem: true, e.Message)]);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Observation> ObserveAsync(string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = Files();
        var state = StateOf(files);
        if (state == cursor)
        {
            yield return new Observation.Complete(IsFull: false, state);
            yield break;
        }

        var stated = new Dictionary<FactKey, (string File, int Line)>();
        foreach (var file in files)
        {
            await foreach (var observation in new FactsFile(file.FullName, SystemName, stated).ReadAsync(cancellationToken))
            {
                yield return observation;
            }
        }

        if (StateOf(Files()) != state)
        {
            throw new IncompleteObservationException(FactsErrors.FileChanged(settings.Folder));
        }

        yield return new Observation.Complete(IsFull: true, state);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Gives a word that changes when a file is added, removed or written.</summary>
    private static string StateOf(IReadOnlyList<FileInfo> files)
    {
        var said = string.Join(
            '\n', files.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name}\t{f.Length}\t{f.LastWriteTimeUtc.Ticks}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)));
    }

    private IReadOnlyList<FileInfo> Files()
    {
        try
        {
            return [.. new DirectoryInfo(settings.Folder).GetFiles("*.jsonl").OrderBy(f => f.Name, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IncompleteObservationException(FactsErrors.FolderUnreadable(settings.Folder, e), e);
        }
    }
}
