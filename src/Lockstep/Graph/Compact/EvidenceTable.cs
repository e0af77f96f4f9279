using System.Collections.Concurrent;

namespace Lockstep.Graph.Compact;

/// <summary>
/// What links have in common besides their ends: who says so, how it is enforced, the sentence, the condition. Interned once.
/// </summary>
internal sealed record LinkEvidence(string Source, string Text, Enforcement Enforcement, string? Condition);

/// <summary>Gives each distinct evidence a number. Grows only.</summary>
/// <threadsafety>Any number of readers beside one writer.</threadsafety>
internal sealed class EvidenceTable
{
    private readonly ConcurrentDictionary<LinkEvidence, int> _keys = new();
    private LinkEvidence[] _records = new LinkEvidence[16];
    private (LinkEvidence Evidence, int Key)? _latest;

    /// <summary>Gets how many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the record of a key.</summary>
    public LinkEvidence this[int key] => Volatile.Read(ref _records)[key];

    /// <summary>Finds or adds a record. One writer at a time.</summary>
    /// <exception cref="InvalidOperationException">There are too many distinct records.</exception>
    public int Intern(LinkEvidence evidence)
    {
        if (_latest is var (known, number) && known == evidence)
        {
            return number;
        }

        var key = Find(evidence);
        _latest = (evidence, key);
        return key;
    }

    private int Find(LinkEvidence evidence)
    {
        if (_keys.TryGetValue(evidence, out var key))
        {
            return key;
        }

        if (Count == LinkMeta.EvidenceMax)
        {
            throw new InvalidOperationException($"more than {LinkMeta.EvidenceMax} distinct evidence records");
        }

        if (Count == _records.Length)
        {
            var larger = new LinkEvidence[_records.Length * 2];
            _records.CopyTo(larger, 0);
            Volatile.Write(ref _records, larger);
        }

        _records[Count] = evidence;
        _keys[evidence] = Count;
        return Count++;
    }
}
