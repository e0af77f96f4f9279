using System.Text.Json.Serialization;

namespace Lockstep.Client;

/// <summary>The JSON of everything on the wire.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(EstateView))]
[JsonSerializable(typeof(ObserveRequest))]
[JsonSerializable(typeof(ObserveAnswer))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(AccessAnswer))]
[JsonSerializable(typeof(WhoCanAnswer))]
[JsonSerializable(typeof(ExplainAnswer))]
[JsonSerializable(typeof(ReachAnswer))]
[JsonSerializable(typeof(ChokePointsAnswer))]
[JsonSerializable(typeof(ResidualAnswer))]
[JsonSerializable(typeof(FindingsAnswer))]
[JsonSerializable(typeof(OpenCase))]
[JsonSerializable(typeof(RevokeRequest))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(CaseList))]
[JsonSerializable(typeof(CaseDetail))]
[JsonSerializable(typeof(CheckpointView))]
[JsonSerializable(typeof(VerifyLedger))]
[JsonSerializable(typeof(LedgerVerdict))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(CreateToken))]
[JsonSerializable(typeof(TokenCreated))]
[JsonSerializable(typeof(CanaryRequest))]
[JsonSerializable(typeof(CanaryAnswer))]
[JsonSerializable(typeof(ApiProblem))]
[JsonSerializable(typeof(EvaluationRequest))]
[JsonSerializable(typeof(EvaluationAnswer))]
[JsonSerializable(typeof(EvaluationsAnswer))]
[JsonSerializable(typeof(SearchAnswer<EvaluationParty>))]
[JsonSerializable(typeof(SearchAnswer<EvaluationAction>))]
[JsonSerializable(typeof(DecisionPointConfiguration))]
[JsonSerializable(typeof(PolicyView))]
public sealed partial class WireJson : JsonSerializerContext;
