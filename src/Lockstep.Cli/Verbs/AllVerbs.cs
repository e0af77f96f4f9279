using System.CommandLine;
using Lockstep.Ask.Verbs;
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
        .. AskVerbs.Create(terminal),
        CertificateVerb.Create(terminal),
        VerifyVerb.Create(terminal),
        AtlasVerb.Create(terminal),
        LabVerb.Create(terminal),
        CedarVerbs.Build(),
        FuzzVerb.Build(),
    ];
}
