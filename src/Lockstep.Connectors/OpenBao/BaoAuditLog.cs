using System.Buffers;
using System.IO.Pipelines;

namespace Lockstep.Connectors.OpenBao;

/// <summary>
/// Reads the audit device's log as it grows. What was read once is remembered, also when the log is rotated; that something may be
/// missing is said, so that what was known before stays.
/// </summary>
/// <threadsafety>One reader at a time; others wait.</threadsafety>
internal sealed class BaoAuditLog(OpenBaoSettings settings, TimeProvider time) : IDisposable
{
    private const int LineBytesMax = 4 * 1024 * 1024;
    private static readonly byte[] Answer = "\"type\":\"response\""u8.ToArray();
    private static readonly byte[] FirstOfAll = "\"sys/audit/test\""u8.ToArray();
    private readonly BaoHistory _history = new();
    private readonly SemaphoreSlim _turn = new(1);
    private bool _isRead;
    private bool _isWhole = true;
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
            return (_history, _isWhole ? null : new("LS2516", ConnectorErrorKind.Unsupported, "the audit log was rotated: what it told before is not all known"));
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
            // What was written to the old one after we last looked is lost to us.
            (_position, _isWhole) = (0, false);
        }
        else if (!_isRead)
        {
            // A device writes this when it is made; a log that begins otherwise had a predecessor.
            _isWhole = file.Length == 0 || await BeginsAsync(file, cancellationToken);
        }

        _isRead = true;

        _beginning = beginning;
        file.Position = _position;
    }

    private static async Task<bool> BeginsAsync(FileStream file, CancellationToken cancellationToken)
    {
        var line = new byte[(int)Math.Min(file.Length, 4096)];
        file.Position = 0;
        await file.ReadExactlyAsync(line, cancellationToken);
        var end = Array.IndexOf(line, (byte)'\n');
        return line.AsSpan(0, end < 0 ? line.Length : end).IndexOf(FirstOfAll) >= 0;
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
