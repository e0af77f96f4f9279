using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenSsh;

public class OpenSshFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "openssh";

    protected override IReadOnlyDictionary<HttpFault, string> CannotBe { get; } = new Dictionary<HttpFault, string>
    {
        [HttpFault.Answers500] = Breaks,
        [HttpFault.Answers503WithRetryAfter] = Breaks,
        [HttpFault.Answers429WithRetryAfter] = Breaks,
        [HttpFault.Answers429] = Breaks,
        [HttpFault.Answers401] = "the host proves itself by its key before it refuses ours: nobody between can; a key that is refused is LS2602",
        [HttpFault.CutsBody] = "what is cut short on the way breaks the connection (rows `Reset after`); each answer ends with a mark",
        [HttpFault.DropsLastPage] = "files are read whole, without pages, and each answer ends with a mark that is new for each conversation",
        [HttpFault.ReplaysOldAnswers] = "the channel is encrypted with keys of its own for each connection: an old answer is no answer",
    };

    protected override async Task<IConnectorSubject> StartAsync() => await OpenSshSubject.StartAsync(lab, await lab.SshHostOfFaultsAsync());

    private const string Breaks = "ssh has no such answer: a command ends with its code, or the connection breaks";

    protected override async Task<ILyingSystem> StartLyingAsync(IConnectorSubject subject) =>
        await OpenSshLyingHost.StartAsync((OpenSshSubject)subject);
}
