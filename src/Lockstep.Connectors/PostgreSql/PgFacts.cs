using Lockstep.Graph;

namespace Lockstep.Connectors.PostgreSql;

/// <summary>Builds the facts of one system.</summary>
internal sealed class PgFacts(string system)
{
    public const string Roles = "roles";
    public const string Memberships = "memberships";
    public const string Passwords = "passwords";
    public const string Sessions = "sessions";
    public const string Databases = "databases";

    public static string ObjectsOf(long database) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"objects:{database}");

    public Observation.Seen Node(string scope, Node node) => new(new Fact.OfNode(system, scope, node));

    public Observation.Seen Node(string scope, NodeId id, string name, params (string Key, string? Value)[] attributes) => Node(scope, new()
    {
        Id = id,
        Name = name,
        Attributes = attributes.Where(a => a.Value is { Length: > 0 }).ToDictionary(
            a => a.Key, a => Short(a.Value!, 1024), StringComparer.Ordinal),
    });

    public Observation.Seen Link(string scope, NodeId from, LinkKind kind, NodeId to, string evidence) =>
        Link(scope, from, kind, to, evidence, action: null);

    public Observation.Seen Link(
        string scope, NodeId from, LinkKind kind, NodeId to, string evidence, string? action,
        Validity validity = default, Enforcement enforcement = default, string? condition = null) => new(new Fact.OfLink(scope, new()
        {
            From = from, To = to, Kind = kind, Action = action, Validity = validity, Enforcement = enforcement, Source = system,
            Evidence = Short(evidence, 512), Condition = condition,
        }));

    private static string Short(string text, int most) => text.Length <= most ? text : text[..most];
}
