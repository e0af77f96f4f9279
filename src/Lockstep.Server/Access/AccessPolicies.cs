using System.Net;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Partial;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;
using Lockstep.Ledger;
using Lockstep.Server.Config;
using Lockstep.Server.Decisions;

namespace Lockstep.Server.Access;

/// <summary>
/// The policies on who may do what in Lockstep itself. A set that does not parse or validate, or by which no valid token could make
/// tokens any more, never replaces the running one.
/// </summary>
/// <threadsafety>Any number of threads.</threadsafety>
internal sealed class AccessPolicies : IDisposable
{
    private const string Admin = "admin";
    private static readonly EntityUid ThisServer = new("Lockstep::Server", "this");
    private static readonly PolicyProblem LocksOut = new("policy.access", new(
        "LS6082", $"no valid token may `{Access.WriteTokens}` by these policies, asked from this machine: the last admin is locked out",
        0, 0)
    {
        Hint = "permit it to a role that a valid token has; `lockstep token list` shows them",
    });

    private readonly PolicyHolder _holder;
    private readonly TokenStore _tokens;
    private readonly TimeProvider _time;
    private readonly IPAddress _own;
    private readonly SemaphoreSlim _turn = new(1);

    public AccessPolicies(LockstepConfig config, ILedger ledger, TokenStore tokens, TimeProvider time)
    {
        (_tokens, _time) = (tokens, time);
        _own = config.Listen.Address is var own && (own.Equals(IPAddress.Any) || own.Equals(IPAddress.IPv6Any)) ? IPAddress.Loopback : own;
        var source = new PolicySource("access", new() { Files = config.Policy.Access }, "access.cedar", ShippedPolicy, ShippedSchema)
        {
            IsTold = true,
        };
        _holder = new(source, ledger, time, Refusal);
    }

    /// <summary>Gets the policies that run where none are configured.</summary>
    internal static string ShippedPolicy { get; } = PolicyFiles.Shipped("access.cedar");

    /// <summary>Gets the schema of callers, actions and calls.</summary>
    internal static string ShippedSchema { get; } = PolicyFiles.Shipped("access.cedarschema");

    /// <summary>Gets the holder.</summary>
    public PolicyHolder Holder => _holder;

    /// <summary>Gets the roles that the running policies name, in order.</summary>
    public IReadOnlyList<string> Roles =>
    [
        .. _holder.Current.Policies.Policies.SelectMany(p => p.EntitiesNamed()).Where(e => e.Type == Caller.RoleType)
            .Select(e => e.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Says why a caller may not do an action; <see langword="null"/> if it may.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="action">The action's name; an unknown one nobody may do.</param>
    /// <param name="from">The address that the call comes from.</param>
    public string? Refuse(Caller caller, string? action, IPAddress? from) =>
        action is null || AccessActions.Find(action) is not { } uid ? "no policy can permit it, since the endpoint names no action"
        : Refuse(_holder.Current, caller, uid, from ?? IPAddress.None);

    /// <summary>Says why some policies refuse a caller that asks from this machine; <see langword="null"/> if they do not.</summary>
    public string? RefuseFromHere(RunningPolicies policies, Caller caller, string action) =>
        Refuse(policies, caller, AccessActions.Find(action)!, _own);

    /// <summary>Reads the files again.</summary>
    /// <returns>Everything that is wrong; empty if the set runs now.</returns>
    public async Task<IReadOnlyList<PolicyProblem>> LoadAsync(string by, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await _holder.LoadAsync(by, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a token unless it is the last by which tokens can be made; the two never cross with a change of policies.</summary>
    /// <param name="idOrName">Which.</param>
    /// <param name="say">Writes it to the ledger, before it is done.</param>
    /// <param name="cancellationToken">Abandons waiting.</param>
    public async Task<TokenEnding> RevokeAsync(string idOrName, Func<string, Task> say, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var valid = _tokens.Valid();
            var (ended, left) = (valid.Where(c => IsNamed(c, idOrName)).ToList(), valid.Where(c => !IsNamed(c, idOrName)).ToList());
            if (ended.Any(c => MayAdminister(_holder.Current, c)) && !left.Any(c => MayAdminister(_holder.Current, c)))
            {
                return TokenEnding.LastAdmin;
            }

            if (!_tokens.Knows(idOrName))
            {
                return TokenEnding.Unknown;
            }

            await say(idOrName);
            return _tokens.Revoke(idOrName) ? TokenEnding.Ended : TokenEnding.Unknown;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Names the token that has to be made so that somebody can make tokens; <see langword="null"/> if somebody can.</summary>
    public string? MissingAdmin()
    {
        if (_tokens.Valid().Any(c => MayAdminister(_holder.Current, c)))
        {
            return null;
        }

        var taken = _tokens.List().Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue).Select(n => n == 1 ? Admin : $"{Admin}-{n}").First(n => !taken.Contains(n));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _holder.Dispose();
        _turn.Dispose();
    }

    private static bool IsNamed(Caller caller, string idOrName) => caller.TokenId == idOrName || caller.Name == idOrName;

    private PolicyProblem? Refusal(RunningPolicies next, RunningPolicies? before)
    {
        var valid = _tokens.Valid();
        var wasOpen = before is not null && valid.Any(c => MayAdminister(before, c));
        return valid.Any(c => MayAdminister(next, c)) ? null
            : wasOpen || !MayAdminister(next, new Caller(Admin, Admin, Admin)) ? LocksOut
            : null;
    }

    private bool MayAdminister(RunningPolicies policies, Caller caller) => RefuseFromHere(policies, caller, Access.WriteTokens) is null;

    private string? Refuse(RunningPolicies policies, Caller caller, EntityUid action, IPAddress from)
    {
        var request = new AuthorizationRequest(caller.Uid, action, ThisServer, new(
        [
            new("from", AddressOf(from)), new("at", CedarValue.OfDatetime(_time.GetUtcNow().ToUnixTimeMilliseconds())),
        ]));
        var buffer = DecisionPoint.Buffer;
        policies.Authorizer.Decide(request, caller, buffer);

        // Cedar skips a policy that fails. Here a forbid that cannot be evaluated forbids: nobody gets in by making it fail.
        return buffer.IsAllowed && !HasForbid(buffer.Faults) ? null
            : AccessRefusal.Explain(new PartialAuthorizer(policies.Authorizer).Explain(request, caller));
    }

    private static bool HasForbid(ReadOnlySpan<PolicyFault> faults)
    {
        foreach (var fault in faults)
        {
            if (fault.Policy.Effect == Effect.Forbid)
            {
                return true;
            }
        }

        return false;
    }

    private static CedarValue AddressOf(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IpRange.TryParse(plain.ToString().Split('%')[0], out var range) ? CedarValue.Of(range!)
            : throw new InvalidOperationException($"Bug in Lockstep: {address} is no address to Cedar.");
    }
}

/// <summary>What came of ending a token.</summary>
internal enum TokenEnding
{
    /// <summary>It is ended.</summary>
    Ended,

    /// <summary>There is no such token that is not ended.</summary>
    Unknown,

    /// <summary>It is the last by which tokens can be made, and goes on.</summary>
    LastAdmin,
}
