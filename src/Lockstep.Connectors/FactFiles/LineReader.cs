namespace Lockstep.Connectors.FactFiles;

/// <summary>Gives the lines of a file one by one, without copying; a line longer than the limit is skipped and said to be so.</summary>
internal sealed class LineReader(Stream stream)
{
    /// <summary>The longest line in bytes: 65,536.</summary>
    internal const int LineBytesMax = 64 * 1024;

    private readonly byte[] _buffer = new byte[16 * LineBytesMax];
    private int _start;
    private int _end;
    private bool _isAtEnd;

    /// <summary>Gets the line read last, without its end; valid until the next is read. Empty if it was too long.</summary>
    internal ReadOnlyMemory<byte> Current { get; private set; }

    /// <summary>Gets its number, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>Gets a value indicating whether it was too long to be kept.</summary>
    internal bool IsTooLong { get; private set; }

    /// <summary>Reads the next line; false at the end.</summary>
    internal async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        IsTooLong = false;
        while (true)
        {
            var length = _buffer.AsSpan(_start.._end).IndexOf((byte)'\n');
            if (length >= 0 || (_isAtEnd && (_end > _start || IsTooLong)))
            {
                Take(length >= 0 ? length : _end - _start);
                return true;
            }

            if (_isAtEnd)
            {
                return false;
            }

            await FillAsync(cancellationToken);
        }
    }

    private void Take(int length)
    {
        var line = _buffer.AsMemory(_start, length);
        _start = Math.Min(_start + length + 1, _end);
        Number++;
        IsTooLong |= length > LineBytesMax;
        line = line.Span is [.., (byte)'\r'] ? line[..^1] : line;
        line = Number == 1 && line.Span is [0xEF, 0xBB, 0xBF, ..] ? line[3..] : line;
        Current = IsTooLong ? default : line;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_end - _start > LineBytesMax)
        {
            IsTooLong = true;
            _start = _end;
        }

        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _isAtEnd = read == 0;
    }
}
