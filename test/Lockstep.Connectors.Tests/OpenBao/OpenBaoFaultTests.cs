using Lockstep.Connectors.Tests.Lab;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.OpenBao;

public class OpenBaoFaultTests(LabFixture lab, ITestOutputHelper output) : FaultMatrix(output)
{
    protected override string Name => "openbao";

    protected override IReadOnlyDictionary<HttpFault, string> CannotBe { get; } = new Dictionary<HttpFault, string>
    {
        [HttpFault.DropsLastPage] = "OpenBao gives each listing whole, without pages",
    };

    protected override async Task<IConnectorSubject> StartAsync() => await OpenBaoSubject.StartAsync(lab);

    protected override Task<ILyingSystem> StartLyingAsync(IConnectorSubject subject) => Task.FromResult<ILyingSystem>(new HttpFaultProxy(subject.Port));

    protected override async Task<IReadOnlyList<FaultTrial>> MoreAsync(IConnectorSubject subject)
    {
        var bao = (OpenBaoSubject)subject;
        var path = bao.Next("rotate");
        await bao.Root.SendAsync("POST", $"/v1/secret/data/{path}", OpenBaoSubject.Value("old-value"));
        return
        [
            FaultTrial.OfStore(bao.Ids.Kv("secret", path), async () =>
            {
                var versions = (await bao.Root.SendAsync("GET", $"/v1/secret/metadata/{path}")).Body!["data"]!["versions"]!.AsObject();
                return versions.Count != 2 || !(bool)versions["1"]!["destroyed"]!;
            }),
        ];
    }
}
