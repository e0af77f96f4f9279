using System.CommandLine;

namespace Lockstep.Ask.Verbs;

/// <summary>Every verb that only asks a running server, in the order of the help.</summary>
internal static class AskVerbs
{
    internal static IEnumerable<Command> Create(Terminal terminal) =>
    [
        SystemsVerb.Create(terminal),
        ObserveVerb.Create(terminal),
        AccessVerb.Create(terminal),
        WhoCanVerb.Create(terminal),
        ExplainVerb.Create(terminal),
        ReachVerbs.BlastRadius(terminal),
        ReachVerbs.Exposure(terminal),
        ChokePointsVerb.Create(terminal),
        DecideVerb.Create(terminal),
        PolicyVerb.Create(terminal),
        GuardrailsVerb.Create(terminal),
        ResidualVerb.Create(terminal),
        FindingsVerb.Create(terminal),
        OffboardVerb.Create(terminal),
        RevokeVerb.Create(terminal),
        CasesVerb.Create(terminal),
        CaseVerb.Create(terminal),
        LedgerVerb.Create(terminal),
        CanaryVerb.Create(terminal),
        TokenVerb.Create(terminal),
    ];
}
