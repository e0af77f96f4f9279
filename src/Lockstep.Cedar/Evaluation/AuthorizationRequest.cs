using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>Asks whether a principal may do an action on a resource.</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Action">What is asked for.</param>
/// <param name="Resource">On what.</param>
/// <param name="Context">Under which circumstances.</param>
public sealed record AuthorizationRequest(EntityUid Principal, EntityUid Action, EntityUid Resource, CedarRecord Context);
