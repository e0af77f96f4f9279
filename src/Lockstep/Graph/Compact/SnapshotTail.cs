namespace Lockstep.Graph.Compact;

/// <summary>The small tables of a snapshot: actions, permits, evidence, and the nodes that are not active.</summary>
internal static class SnapshotTail
{
    public static byte[] Write(GraphFrame frame)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(frame.Permits.Actions.Length);
        foreach (var action in frame.Permits.Actions)
        {
            writer.Write(action);
        }

        for (var permit = 0; permit < frame.Links.PermitCount; permit++)
        {
            writer.Write(frame.Permits.Resource(permit));
            writer.Write(frame.Permits.ActionNumber(permit));
        }

        writer.Write(frame.Evidence.Count);
        for (var key = 0; key < frame.Evidence.Count; key++)
        {
            var (source, text, enforcement, condition) = frame.Evidence[key];
            writer.Write(source);
            writer.Write(text);
            writer.Write((int)enforcement.Mode);
            writer.Write(enforcement.CacheFor.Ticks);
            writer.Write(condition is not null);
            writer.Write(condition ?? string.Empty);
        }

        foreach (var (node, state) in frame.States.NotActive(long.MaxValue))
        {
            writer.Write(node);
            writer.Write((int)state);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    public static (PermitTable Permits, EvidenceTable Evidence, NodeStates States) Read(byte[] tail, SnapshotHeader header)
    {
        try
        {
            return ReadAll(tail, header);
        }
        catch (IOException e)
        {
            // From memory, so it is the reader's word for a string whose length makes no sense.
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static (PermitTable Permits, EvidenceTable Evidence, NodeStates States) ReadAll(byte[] tail, SnapshotHeader header)
    {
        using var reader = new BinaryReader(new MemoryStream(tail));
        var permits = ReadPermits(reader, header);
        var evidence = new EvidenceTable();
        var count = reader.ReadInt32();
        for (var key = 0; key < count; key++)
        {
            var (source, text) = (reader.ReadString(), reader.ReadString());
            var enforcement = new Enforcement((EnforcementMode)Below(reader.ReadInt32(), 4), TimeSpan.FromTicks(reader.ReadInt64()));
            var (hasCondition, condition) = (reader.ReadBoolean(), reader.ReadString());
            Expect(evidence.Intern(new LinkEvidence(source, text, enforcement, hasCondition ? condition : null)), key);
        }

        var states = new NodeStates();
        while (reader.BaseStream.Position < tail.Length)
        {
            var node = Below(reader.ReadInt32(), header.Nodes);
            states.Set((uint)node, (NodeState)Below(reader.ReadInt32(), 3), 0);
        }

        return (permits, evidence, states);
    }

    private static PermitTable ReadPermits(BinaryReader reader, SnapshotHeader header)
    {
        var permits = new PermitTable();
        var actions = reader.ReadInt32();
        for (var action = 0; action < actions; action++)
        {
            Expect(permits.InternAction(reader.ReadString()), action);
        }

        for (var permit = 0; permit < header.Permits; permit++)
        {
            var resource = Below(reader.ReadInt32(), header.Nodes);
            Expect(permits.Intern(resource, Below(reader.ReadInt32(), actions)), permit);
        }

        return permits;
    }

    private static int Below(int number, long end) => number >= 0 && number < end
        ? number
        : throw new InvalidDataException($"{number} is not below {end}");

    private static void Expect(int number, int expected)
    {
        if (number != expected)
        {
            throw new InvalidDataException($"entry {expected} of a table is there twice");
        }
    }
}
