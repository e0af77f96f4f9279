using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Lockstep.Connectors.OpenSsh;

/// <summary>Reads what <c>cvtsudoers -f json</c> writes. What cannot be decided is a condition, never a guess.</summary>
internal sealed class SudoRules
{
    private const int DepthMax = 16;
    private readonly Dictionary<string, JsonArray> _aliases = new(StringComparer.Ordinal);
    private readonly string _host;

    private SudoRules(string host) => _host = host;

    /// <summary>Gets the rules, each once.</summary>
    public IReadOnlyList<SudoRule> Rules { get; private set; } = [];

    /// <summary>Reads rules.</summary>
    /// <param name="json">What <c>cvtsudoers</c> wrote.</param>
    /// <param name="host">The host's own name: rules for other hosts do not count.</param>
    /// <param name="whole">All rules of the host, for aliases that this part uses and does not define.</param>
    /// <exception cref="IncompleteObservationException">It is not what <c>cvtsudoers</c> writes.</exception>
    public static SudoRules Read(string json, string host, SudoRules? whole = null)
    {
        var rules = new SudoRules(host);
        try
        {
            var root = json.AsSpan().Trim().IsEmpty ? [] : (JsonObject)JsonNode.Parse(json)!;
            foreach (var (alias, list) in whole?._aliases ?? [])
            {
                rules._aliases[alias] = list;
            }

            foreach (var kind in new[] { "User", "Runas", "Host", "Command" })
            {
                foreach (var (name, list) in root[$"{kind}_Aliases"] as JsonObject ?? [])
                {
                    rules._aliases[$"{kind} {name}"] = (JsonArray)list!;
                }
            }

            var specs = (root["User_Specs"] as JsonArray ?? []).OfType<JsonObject>();
            rules.Rules = [.. specs.SelectMany(rules.Spec).GroupBy(r => r.Key).Select(Merge)];
            return rules;
        }
        catch (Exception broken) when (broken is JsonException or InvalidCastException or InvalidOperationException or NullReferenceException)
        {
            throw new IncompleteObservationException(HostErrors.Malformed("`cvtsudoers` wrote something that is not understood"), broken);
        }
    }

    /// <summary>The same right twice holds without a condition if one of them does.</summary>
    private static SudoRule Merge(IEnumerable<SudoRule> same) => same.OrderBy(r => r.Condition?.Length ?? 0).First();

    private static string? Join(params IEnumerable<string?> parts)
    {
        var said = parts.OfType<string>().Distinct().ToList();
        return said.Count == 0 ? null : string.Join("; ", said);
    }

    private IEnumerable<SudoRule> Spec(JsonObject spec)
    {
        var users = Expand(spec["User_List"], "User", "useralias").ToList();
        var hosts = Expand(spec["Host_List"], "Host", "hostalias").ToList();
        var (isHere, where) = Here(hosts);
        var without = users.Where(u => u.IsNegated).Select(u => u.Text).Distinct().ToList();
        var cmnds = (spec["Cmnd_Specs"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var denied = cmnds.SelectMany(c => Expand(c["Commands"], "Command", "cmndalias")).Where(c => c.IsNegated).Select(c => c.Text).ToList();
        foreach (var user in isHere ? users.Where(u => !u.IsNegated && !without.Contains(u.Text)).Select(u => u.Text).Distinct() : [])
        {
            // A name is decided; whether a group's member is also named after a `!` is told.
            var except = without.Count > 0 && (user == "ALL" || user[0] is '%' or '+') ? $"not for {Quoted(without)}" : null;
            foreach (var cmnd in cmnds)
            {
                var (runAs, noPassword) = (RunAs(cmnd), NoPassword(cmnd));
                foreach (var command in Expand(cmnd["Commands"], "Command", "cmndalias").Where(c => !c.IsNegated).Select(c => c.Text))
                {
                    var taken = denied.Count == 0 ? null : $"the rule denies {Quoted(denied)}";
                    yield return new(user, runAs, noPassword, command, Join(where, except, taken));
                }
            }
        }
    }

    private static string Quoted(IEnumerable<string> texts) => string.Join(", ", texts.Distinct().Select(t => $"`{t}`"));

    private static bool NoPassword(JsonObject cmnd) =>
        (cmnd["Options"] as JsonArray ?? []).OfType<JsonObject>().Any(o => o["authenticate"] is { } a && !a.GetValue<bool>());

    private string RunAs(JsonObject cmnd)
    {
        var users = string.Join(',', Expand(cmnd["runasusers"], "Runas", "runasalias").Select(u => (u.IsNegated ? "!" : "") + u.Text));
        var groups = string.Join(',', Expand(cmnd["runasgroups"], "Runas", "runasalias").Select(u => (u.IsNegated ? "!" : "") + u.Text.TrimStart('%')));
        return (users, groups) switch
        {
            ("", "") => "root",
            (_, "") => users,
            _ => $"{users}:{groups}",
        };
    }

    /// <summary>Says whether rules for these hosts count here, and what is not known about it.</summary>
    private (bool IsHere, string? Where) Here(List<(string Text, bool IsNegated)> hosts)
    {
        var isNamed = hosts.Any(h => !h.IsNegated && (h.Text == "ALL" || Same(h.Text)));
        var isDenied = hosts.Any(h => h.IsNegated && (h.Text == "ALL" || Same(h.Text)));
        var unclear = hosts.Where(h => h.Text != "ALL" && !Same(h.Text) && !IsPlainName(h.Text)).Select(h => h.Text).ToList();
        return (isNamed && !isDenied, unclear.Count) switch
        {
            (true, 0) => (true, null),
            (false, 0) => (false, null),
            _ => (!isDenied, $"the rule names hosts by {Quoted(unclear)}"),
        };
    }

    private bool Same(string name) =>
        string.Equals(name, _host, StringComparison.OrdinalIgnoreCase)
        || string.Equals(name, _host.Split('.')[0], StringComparison.OrdinalIgnoreCase);

    private static bool IsPlainName(string host) =>
        host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_') && host.Any(char.IsAsciiLetter);

    private IEnumerable<(string Text, bool IsNegated)> Expand(JsonNode? list, string kind, string aliasKey, int depth = 0)
    {
        foreach (var member in (list as JsonArray ?? []).OfType<JsonObject>())
        {
            var isNegated = member["negated"]?.GetValue<bool>() ?? false;
            var (key, value) = member.First(m => m.Key != "negated");
            var text = value!.GetValueKind() == JsonValueKind.Number
                ? value.GetValue<long>().ToString(CultureInfo.InvariantCulture) : value.GetValue<string>();
            if (key == aliasKey && depth < DepthMax && _aliases.TryGetValue($"{kind} {text}", out var inner))
            {
                foreach (var (within, negated) in Expand(inner, kind, aliasKey, depth + 1))
                {
                    yield return (within, negated != isNegated);
                }
            }
            else
            {
                yield return (key switch
                {
                    "usergroup" => $"%{text}",
                    "usergid" or "usergroupid" => $"%#{text}",
                    "userid" => $"#{text}",
                    "netgroup" => $"+{text}",
                    "nonunixgroup" or "nonunixgid" => $"%:{text}",
                    _ when key == aliasKey => $"alias {text}",
                    _ => text,
                }, isNegated);
            }
        }
    }
}
