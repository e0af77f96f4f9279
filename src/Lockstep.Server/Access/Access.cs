namespace Lockstep.Server.Access;

/// <summary>What an endpoint demands of who calls it.</summary>
/// <param name="Action">The action's name; <see langword="null"/> if anybody may call.</param>
internal sealed record RequiredAction(string? Action);

/// <summary>
/// The actions of Lockstep's own API. Every endpoint names one, and one that names none is refused; who may do which, the policies of
/// <see cref="AccessPolicies"/> say. Each action stands in <c>access.cedarschema</c>.
/// </summary>
internal static class Access
{
    internal const string ReadEstate = "read-estate";
    internal const string ReadCases = "read-cases";
    internal const string PlanCase = "plan-case";
    internal const string Observe = "observe";
    internal const string Offboard = "offboard";
    internal const string Revoke = "revoke";
    internal const string Rotate = "rotate";
    internal const string ReadLedger = "read-ledger";
    internal const string ReadTokens = "read-tokens";
    internal const string WriteTokens = "write-tokens";
    internal const string Decide = "decide";
    internal const string ReadPolicy = "read-policy";
    internal const string PreviewPolicy = "preview-policy";
    internal const string ReloadPolicy = "reload-policy";

    /// <summary>Names what the endpoint does.</summary>
    internal static TBuilder Require<TBuilder>(this TBuilder endpoint, string action)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredAction(action));

    /// <summary>Says that anybody may call the endpoint.</summary>
    internal static TBuilder OpenToAll<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredAction(null));
}
