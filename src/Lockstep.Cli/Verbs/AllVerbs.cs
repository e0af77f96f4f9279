using System.CommandLine;
using Lockstep.Cli.Cedar;

namespace Lockstep.Cli.Verbs;

/// <summary>Every verb, in the order of the help.</summary>
internal static class AllVerbs
{
    internal static IEnumerable<Command> Create(Terminal terminal) =>
    [
        DemoVerb.Create(terminal),
        UpVerb.Create(terminal),
        DoctorVerb.Create(terminal),
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
        CertificateVerb.Create(terminal),
        VerifyVerb.Create(terminal),
        LedgerVerb.Create(terminal),
        AtlasVerb.Create(terminal),
        CanaryVerb.Create(terminal),
        TokenVerb.Create(terminal),
        LabVerb.Create(terminal),
        CedarVerbs.Build(),
        FuzzVerb.Build(),
    ];
}
