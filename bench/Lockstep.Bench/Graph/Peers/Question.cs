using System.Text.Json.Nodes;

namespace Lockstep.Bench.Graph.Peers;

/// <summary>One question to an engine: an identity, and where it is about them a resource and an action.</summary>
internal sealed record Question(int Id, int Resource = 0, int Act = 0)
{
    public JsonNode ToJson() => new JsonObject { ["id"] = Id, ["resource"] = Resource, ["act"] = Act };
}

/// <summary>What an engine says: how many were found, and a checksum of which.</summary>
internal readonly record struct Said(long Count, long Sum);

/// <summary>An engine's answers, and what each took, in microseconds.</summary>
internal sealed record Round(IReadOnlyList<Said> Answers, IReadOnlyList<double> Us);

/// <summary>Something that can be asked.</summary>
internal interface IGraphPeer : IDisposable
{
    string Name { get; }

    /// <summary>Gets how long loading took, indexes included.</summary>
    double LoadSeconds { get; }

    bool Can(string ask);

    Round Ask(string ask, IReadOnlyList<Question> questions);

    /// <summary>Asks for the times alone, in microseconds.</summary>
    IReadOnlyList<double> Time(string ask, IReadOnlyList<Question> questions) => Ask(ask, questions).Us;
}
