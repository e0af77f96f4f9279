using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Lockstep.Lab.Estates;

/// <summary>
/// One application of a made-up estate: 22 people and 30 services in the directory, each an identity, and below them 1,000 nodes
/// together. As in real estates a few roles permit most, services hold those, and people hold small ones through nested groups.
/// </summary>
/// <remarks>The same for the same seed and number. One link in some thousands leads to another application.</remarks>
internal sealed class MadeUpApp(int apps, int app, int seed)
{
    internal const int People = 22;
    internal const int Services = 30;
    internal const int PersonAccounts = 8;
    private const int Groups = 100;
    private const int Roles = 100;
    private const int BigRoles = 10;
    private const int Resources = 1_000 - (2 * (People + Services)) - (People * PersonAccounts) - Services - Groups - Roles - (2 * Services);
    private const int Permits = 8_600;
    private static readonly string[] Actions = ["SELECT", "INSERT", "UPDATE", "DELETE"];

    private readonly Random _random = new(unchecked((seed * 1_000_003) + app));
    private readonly HashSet<string> _said = [];

    /// <summary>The lines of the directory's facts.</summary>
    internal IEnumerable<string> DirectoryLines()
    {
        for (var i = 0; i < People; i++)
        {
            // One person in a hundred has left.
            var state = Number(i) % 100 == 57 ? "disabled" : "active";
            yield return Node(Person(i), $"p{Number(i)}", $"\"uid\":\"p{Number(i)}\",\"employeeNumber\":\"E{Number(i)}\"", state);
        }

        for (var i = 0; i < Services; i++)
        {
            yield return Node(Service(i), $"svc-{app}-{i}", $"\"employeeNumber\":\"S{app}-{i}\",\"identityKind\":\"service\"");
            yield return Link(Person(i % People), "owns", Service(i))!;
        }
    }

    /// <summary>The lines of the applications' own facts.</summary>
    internal IEnumerable<string> Lines()
    {
        var nodes = AccountNodes().Concat(OtherNodes());
        var links = Memberships().Concat(Secrets()).Concat(Permissions()).OfType<string>();
        return nodes.Concat(links);
    }

    private IEnumerable<string> AccountNodes()
    {
        for (var i = 0; i < People * PersonAccounts; i++)
        {
            yield return Node(Account(i), $"p{Number(i % People)}-{i / People}", $"\"employeeNumber\":\"E{Number(i % People)}\"");
        }

        for (var i = 0; i < Services; i++)
        {
            yield return Node(ServiceAccount(i), $"svc-{app}-{i}", $"\"employeeNumber\":\"S{app}-{i}\"");
        }
    }

    private IEnumerable<string> OtherNodes()
    {
        for (var i = 0; i < Groups; i++)
        {
            yield return Node(Group(i), $"team-{app}-{i}", "");
            yield return Node(Role(app, i), $"role-{app}-{i}", "");
        }

        for (var i = 0; i < Services; i++)
        {
            yield return Node(Secret(i), $"password-{app}-{i}", $"\"owner\":\"E{Number(i % People)}\"");
            yield return Node(Credential(i), $"password of svc-{app}-{i}", "\"credentialType\":\"password\"");
        }

        for (var i = 0; i < Resources; i++)
        {
            yield return Node(Resource(app, i), $"table-{app}-{i}", "");
        }
    }

    private IEnumerable<string?> Memberships()
    {
        for (var i = 0; i < People * PersonAccounts; i++)
        {
            yield return Link(Account(i), "memberOf", Group(Pick(Groups)));
            yield return Link(Account(i), "memberOf", Group(Pick(Groups)));
        }

        // Nested, and cycles are normal.
        for (var i = 0; i < Groups; i++)
        {
            yield return Link(Group(i), "memberOf", Group(Pick(Groups)));
            yield return Link(Group(i), "assumes", Role(Near(), BigRoles + Pick(Roles - BigRoles)));
        }

        for (var i = 0; i < Services; i++)
        {
            yield return Link(ServiceAccount(i), "assumes", Role(Near(), Pick(Roles)));
        }
    }

    private IEnumerable<string?> Secrets()
    {
        for (var i = 0; i < Services; i++)
        {
            yield return Link(Role(app, BigRoles + Pick(Roles - BigRoles)), "reads", Secret(i));
            yield return Link(Secret(i), "contains", Credential(i));
            yield return Link(Credential(i), "authenticatesAs", ServiceAccount(i));
        }
    }

    private IEnumerable<string?> Permissions()
    {
        for (var i = 0; i < Permits; i++)
        {
            var role = i % 10 == 0 ? BigRoles + Pick(Roles - BigRoles) : Pick(BigRoles);
            yield return Link(Role(app, role), "permits", Resource(Near(), Pick(Resources)), Actions[Pick(Actions.Length)]);
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "The same estate for the same seed; nothing here is secret.")]
    private int Pick(int below) => _random.Next(below);

    private int Near() => Pick(20_000) == 0 ? Pick(apps) : app;

    private int Number(int person) => (app * People) + person;

    private string Person(int i) => Say($"directory/account/p{Number(i)}");

    private string Service(int i) => Say($"directory/account/s{(app * Services) + i:x}");

    private string Account(int i) => Say($"estate/account/a{app:x}-{i:x}");

    private string ServiceAccount(int i) => Say($"estate/account/s{app:x}-{i:x}");

    private string Group(int i) => Say($"estate/group/{app:x}-{i:x}");

    private static string Role(int of, int i) => Say($"estate/role/{of:x}-{i:x}");

    private string Secret(int i) => Say($"estate/secret/{app:x}-{i:x}");

    private string Credential(int i) => Say($"estate/credential/{app:x}-{i:x}");

    private static string Resource(int of, int i) => Say($"estate/resource/{of:x}-{i:x}");

    private static string Node(string id, string name, string attributes, string state = "active") =>
        $$$$"""{"node":{"id":"{{{{id}}}}","name":"{{{{name}}}}","state":"{{{{state}}}}","attributes":{ {{{{attributes}}}} } } }""";

    /// <summary>A link, or null if it was said before: a source says a link once.</summary>
    private string? Link(string from, string kind, string to, string? action = null)
    {
        // One link in twenty ends some day: all of them after the estate was made up.
        var until = Pick(20) == 0 ? Say($",\"validUntil\":\"20{30 + Pick(30)}-01-01T00:00:00Z\"") : "";
        var does = action is null ? "" : $",\"action\":\"{action}\"";
        return from != to && _said.Add($"{from} {kind} {to} {action}")
            ? $$$"""{"link":{"from":"{{{from}}}","kind":"{{{kind}}}","to":"{{{to}}}"{{{does}}}{{{until}}},"evidence":"made up"} }"""
            : null;
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
