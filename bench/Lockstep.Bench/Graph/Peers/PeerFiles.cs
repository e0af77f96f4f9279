using System.Buffers.Text;
using System.Text.Json;
using Lockstep.Graph;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>A seeded estate as tables that any database can read. Instants are minutes from the beginning of 2026, as 32-bit numbers.</summary>
/// <remarks>Of a link: <c>act</c> is an action that it gives (0 none, 5 read), <c>flow</c> whether access flows on from it.</remarks>
internal sealed class PeerFiles(EstateTable table)
{
    public const int Checksum = int.MaxValue;

    /// <summary>
    /// Writes <c>questions.json</c>, <c>nodes.csv</c>, <c>links.csv</c>, <c>other.csv</c> and, where somebody reads them,
    /// <c>flows.csv</c> and <c>permits.csv</c>.
    /// </summary>
    public void Write(string folder, bool withSplit)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "questions.json"), JsonSerializer.Serialize(new { now = PackedRow.Now }));
        using (var nodes = new NumberFile(folder, "nodes.csv", "id,identity,ended"))
        {
            for (var node = 0; node < table.Estate.NodeCount; node++)
            {
                var isIdentity = table.Estate.KindOf(node) == NodeKinds.Identity;
                nodes.Line(node, isIdentity ? 1 : 0, isIdentity && table.Estate.IsEnded(node) ? 1 : 0);
            }
        }

        WriteLinks(folder, "links.csv", table.Rows);
        WriteLinks(folder, "other.csv", table.Intended);
        if (withSplit)
        {
            WriteSplit(folder);
        }
    }

    private static void WriteLinks(string folder, string name, IEnumerable<PackedRow> rows)
    {
        using var links = new NumberFile(folder, name, "src,dst,act,flow,vf,vu");
        foreach (var row in rows)
        {
            links.Line(row.From, row.To, row.Act, row.Flows ? 1 : 0, row.ValidFrom, row.ValidUntil);
        }
    }

    private void WriteSplit(string folder)
    {
        using var flows = new NumberFile(folder, "flows.csv", "src,dst,vf,vu");
        using var permits = new NumberFile(folder, "permits.csv", "src,dst,act,vf,vu");
        foreach (var row in table.Rows)
        {
            if (row.Flows)
            {
                flows.Line(row.From, row.To, row.ValidFrom, row.ValidUntil);
            }

            if (row.Act > 0)
            {
                permits.Line(row.From, row.To, row.Act, row.ValidFrom, row.ValidUntil);
            }
        }
    }
}

/// <summary>Writes lines of numbers with commas between them, without a string for each.</summary>
internal sealed class NumberFile : IDisposable
{
    private readonly FileStream _file;
    private readonly byte[] _buffer = new byte[1 << 20];
    private int _length;

    public NumberFile(string folder, string name, string columns)
    {
        _file = new FileStream(Path.Combine(folder, name), FileMode.Create, FileAccess.Write, FileShare.None, 0);
        _length = System.Text.Encoding.UTF8.GetBytes(columns + "\n", _buffer);
    }

    public void Line(params ReadOnlySpan<int> numbers)
    {
        if (_length > _buffer.Length - 128)
        {
            Flush();
        }

        foreach (var number in numbers)
        {
            Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written);
            _length += written;
            _buffer[_length++] = (byte)',';
        }

        _buffer[_length - 1] = (byte)'\n';
    }

    public void Dispose()
    {
        Flush();
        _file.Dispose();
    }

    private void Flush()
    {
        _file.Write(_buffer, 0, _length);
        _length = 0;
    }
}
