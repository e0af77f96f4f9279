using System.Runtime.CompilerServices;
using Lockstep.Graph;

namespace Lockstep.Connectors.FactFiles;

/// <summary>Reads one file: its facts, and what is wrong line by line.</summary>
/// <param name="path">Where it lies.</param>
/// <param name="systemName">Whose facts it holds.</param>
/// <param name="stated">Where each fact of the folder was stated first; grows.</param>
internal sealed class FactsFile(string path, string systemName, Dictionary<FactKey, (string File, int Line)> stated)
{
    private const int ProblemsMax = 20;
    private readonly string _name = Path.GetFileName(path);
    private readonly FactReader _reader = new(systemName);
    private int _problems;

    /// <summary>Streams what the file says. A wrong line leaves the whole file uncovered: it may be a fact that was there before.</summary>
    /// <exception cref="IncompleteObservationException">The file changed meanwhile.</exception>
    internal async IAsyncEnumerable<Observation> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (stream, refused) = Open();
        if (refused is not null)
        {
            yield return new Observation.NotCovered(_name + "*", refused);
            yield break;
        }

        await using (stream)
        {
            var before = State();
            var lines = new LineReader(stream!);
            while (await lines.ReadAsync(cancellationToken))
            {
                if (Observe(lines) is { } observation)
                {
                    yield return observation;
                }
            }

            if (State() != before)
            {
                throw new IncompleteObservationException(FactsErrors.FileChanged(_name));
            }
        }

        if (_problems > ProblemsMax)
        {
            yield return new Observation.NotCovered(_name + "*", FactsErrors.MoreLines(_name, _problems - ProblemsMax));
        }
    }

    private (FileStream? Stream, ConnectorError? Refused) Open()
    {
        try
        {
            return (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1, FileOptions.SequentialScan),
                null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, FactsErrors.FileUnreadable(_name, e));
        }
    }

    private (long Length, DateTime ChangedAt) State()
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.Length, file.LastWriteTimeUtc) : default;
    }

    private Observation? Observe(LineReader lines)
    {
        if (lines.IsTooLong)
        {
            return Refuse("LS1105", lines.Number, $"expected at most {LineReader.LineBytesMax} bytes");
        }

        if (lines.Current.Span.IndexOfAnyExcept((byte)' ', (byte)'\t') < 0)
        {
            return null;
        }

        if (!_reader.TryRead(lines.Current.Span, _name, out var fact, out var problem))
        {
            return Refuse("LS1102", lines.Number, problem.ToString());
        }

        if (fact is Fact.OfNode { Node.Id: var id } && (id.SystemName != systemName || NodeMatch.IsMatch(id)))
        {
            return Refuse("LS1106", lines.Number, $"`node.id`: expected a node of this system by its key (`{systemName}/{id.Kind}/...`)");
        }

        if (!stated.TryAdd(fact.Key, (_name, lines.Number)))
        {
            var (file, line) = stated[fact.Key];
            return Refuse("LS1107", lines.Number, $"expected something that `{file}` line {line} does not state already");
        }

        return new Observation.Seen(fact.Scope == _name ? fact : fact with { Scope = $"{_name}:{fact.Scope}" });
    }

    private Observation.NotCovered? Refuse(string code, int line, string problem) =>
        ++_problems > ProblemsMax ? null : new Observation.NotCovered(_name + "*", FactsErrors.Line(code, _name, line, problem));
}
