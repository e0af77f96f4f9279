using System.Buffers;
using System.IO.Pipelines;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Reads the audit device's log as it grows. What was read once is remembered, also when the log is rotated.</summary>
/// <threadsafety>One reader at a time; others wait.</threadsafety>
internal sealed class BaoAuditLog(OpenBaoSettings settings, TimeProvider time) : IDisposable
{
    private const int LineBytesMax = 4 * 1024 * 1024;
    private static readonly byte[] Answer = "\"type\":\"response\""u8.ToArray();
    private readonly BaoHistory _history = new();
    private readonly SemaphoreSlim _turn = new(1);
    private long _position;
    private byte[] _beginning = [];

    /// <summary>Reads what is new; without a configured file there is nothing to tell.</summary>
    public async Task<(BaoHistory History, ConnectorError? Error)> ReadAsync(CancellationToken cancellationToken)
    {
        if (settings.AuditFile is not { } path)
        {
            return (_history, null);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
            await BeginAsync(file, cancellationToken);
            await ReadAsync(file, cancellationToken);
            _history.Forget(time.GetUtcNow());
            return (_history, null);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException)
        {
            return (_history, new("LS2514", ConnectorErrorKind.Forbidden, $"the audit log cannot be read ({broken.GetType().Name})"));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>A log that begins otherwise than before is another file: it is read from its beginning.</summary>
    private async Task BeginAsync(FileStream file, CancellationToken cancellationToken)
    {
        var beginning = new byte[(int)Math.Min(file.Length, 256)];
        await file.ReadExactlyAsync(beginning, cancellationToken);
        if (file.Length < _position || !beginning.AsSpan().StartsWith(_beginning))
        {
            _position = 0;
        }

        _beginning = beginning;
        file.Position = _position;
    }

    private async Task ReadAsync(FileStream file, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 256 * 1024, leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var rest = Take(read.Buffer);
            if (read.IsCompleted || rest.Length > LineBytesMax)
            {
                // The last line may still be growing: it is read next time.
                await reader.CompleteAsync();
                return;
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            var bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
            if (bytes.IndexOf(Answer) >= 0 && BaoAuditEntry.Read(bytes, settings.Namespace) is { } entry)
            {
                _history.Add(entry);
            }

            _position += line.Length + 1;
            buffer = buffer.Slice(buffer.GetPosition(1, end));
        }

        return buffer;
    }
}
