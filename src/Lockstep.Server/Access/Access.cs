using System.Collections.Frozen;

namespace Lockstep.Server.Access;

/// <summary>What an endpoint demands of who calls it.</summary>
/// <param name="Action">The action's name; <see langword="null"/> if anybody may call.</param>
internal sealed record RequiredAction(string? Action);

/// <summary>The one place that says who may do what. Every endpoint names its action; one without is refused.</summary>
internal static class Access
{
    internal const string ReadEstate = "read-estate";
    internal const string ReadCases = "read-cases";
    internal const string PlanCase = "plan-case";
    internal const string Observe = "observe";
    internal const string Offboard = "offboard";
    internal const string Revoke = "revoke";
    internal const string ReadLedger = "read-ledger";
    internal const string ReadTokens = "read-tokens";
    internal const string WriteTokens = "write-tokens";
    internal const string Decide = "decide";
    internal const string ReadPolicy = "read-policy";
    internal const string ReloadPolicy = "reload-policy";

    private static readonly FrozenDictionary<string, FrozenSet<Role>> Allowed = new Dictionary<string, FrozenSet<Role>>
    {
        [ReadEstate] = [Role.Viewer, Role.Operator, Role.Auditor, Role.Admin],
        [ReadCases] = [Role.Viewer, Role.Operator, Role.Auditor, Role.Admin],
        [PlanCase] = [Role.Operator, Role.Auditor, Role.Admin],
        [Observe] = [Role.Operator, Role.Admin],
        [Offboard] = [Role.Operator, Role.Admin],
        [Revoke] = [Role.Operator, Role.Admin],
        [ReadLedger] = [Role.Operator, Role.Auditor, Role.Admin],
        [ReadTokens] = [Role.Auditor, Role.Admin],
        [WriteTokens] = [Role.Admin],
        [Decide] = [Role.Viewer, Role.Operator, Role.Auditor, Role.Admin],
        [ReadPolicy] = [Role.Viewer, Role.Operator, Role.Auditor, Role.Admin],
        [ReloadPolicy] = [Role.Admin],
    }.ToFrozenDictionary();

    /// <summary>Gets the names of all actions.</summary>
    internal static IReadOnlyList<string> Actions => Allowed.Keys;

    /// <summary>Says whether a role may do an action; an unknown action nobody may.</summary>
    internal static bool May(Role role, string action) => Allowed.TryGetValue(action, out var roles) && roles.Contains(role);

    /// <summary>Names what the endpoint does.</summary>
    internal static TBuilder Require<TBuilder>(this TBuilder endpoint, string action)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredAction(action));

    /// <summary>Says that anybody may call the endpoint.</summary>
    internal static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredAction(null));
}
