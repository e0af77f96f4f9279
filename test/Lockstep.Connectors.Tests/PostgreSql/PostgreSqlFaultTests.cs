using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.PostgreSql;

public class PostgreSqlFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "postgresql";

    protected override IReadOnlyDictionary<HttpFault, string> CannotBe { get; } = new Dictionary<HttpFault, string>
    {
        [HttpFault.Answers429WithRetryAfter] = "PostgreSQL's `too many connections` (53300) has no word about when",
        [HttpFault.DropsLastPage] = "PostgreSQL gives each answer whole, without pages; a part of one is an answer that is cut short",
    };

    protected override async Task<IConnectorSubject> StartAsync() => await PostgreSqlSubject.StartAsync(lab);

    protected override Task<ILyingSystem> StartLyingAsync(IConnectorSubject subject) =>
        Task.FromResult<ILyingSystem>(new PostgresFaultProxy(subject.Port));

    protected override async Task<IReadOnlyList<FaultTrial>> MoreAsync(IConnectorSubject subject) =>
        [FaultTrial.Of(await PostgreSqlRotateTests.TrialOfAsync((PostgreSqlSubject)subject))];
}
