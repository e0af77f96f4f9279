using Lockstep.Connectors.Tests.Lab;
using Lockstep.Graph;
using Lockstep.Testing.Contracts;
using Xunit;

namespace Lockstep.Connectors.Tests.Ldap;

public class LdapWatchTests(LabFixture lab)
{
    [Fact]
    public async Task A_change_made_by_the_directorys_own_client_arrives_within_a_second()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var connector = subject.Connect();
        var ((dana, id), (stays, _)) = (await subject.NewPersonAsync(), await subject.NewPersonAsync());
        var name = $"{subject.Name}-watched";
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var stream = connector.WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        var whole = await UntilAsync(stream, o => o is Observation.Complete);

        await subject.AddAsync(LdapSubject.Group(name, LdapSubject.DnOf(dana), LdapSubject.DnOf(stays)));
        var link = LdapSubject.Key(id, await subject.GroupAsync(name));
        var joined = await UntilAsync(stream, o => o is Observation.Seen { Fact: Fact.OfLink l } && l.Link.Key == link);
        await subject.ModifyAsync(
            $"dn: cn={name},{LdapSubject.Groups}\nchangetype: modify\ndelete: member\nmember: {LdapSubject.DnOf(dana)}\n\n");
        var left = await UntilAsync(stream, o => o is Observation.Gone { Key: FactKey.OfLink l } && l.Link == link);
        await subject.ModifyAsync($"dn: {LdapSubject.DnOf(dana)}\nchangetype: delete\n\n");
        var deleted = await UntilAsync(stream, o => o is Observation.Gone { Key: FactKey.OfNode n } && n.Id == id);

        Assert.Equal(new Observation.Complete(IsFull: true, Cursor: null), whole[^1]);
        Assert.Contains(whole, o => o is Observation.Seen { Fact: Fact.OfNode n } && n.Node.Id == id);
        Assert.NotEmpty(joined);
        Assert.NotEmpty(left);
        Assert.NotEmpty(deleted);
    }

    [Fact]
    public async Task A_watch_whose_connection_breaks_throws_instead_of_ending()
    {
        await using var subject = await LdapSubject.StartAsync(lab);
        await using var proxy = new FaultProxy(subject.Port);
        await using var connector = subject.Connect(proxy.Port);
        await using var stream = ((IWatchAccess)connector).WatchAsync(CancellationToken.None).GetAsyncEnumerator();
        await UntilAsync(stream, o => o is Observation.Complete);

        proxy.Set(Fault.Reset);
        await subject.NewPersonAsync();

        await Assert.ThrowsAsync<IncompleteObservationException>(() => UntilAsync(stream, o => false));
        Assert.True(proxy.Fired > 0);
    }

    private static async Task<List<Observation>> UntilAsync(IAsyncEnumerator<Observation> stream, Func<Observation, bool> isIt)
    {
        var seen = new List<Observation>();
        while (await stream.MoveNextAsync())
        {
            seen.Add(stream.Current);
            if (isIt(stream.Current))
            {
                return seen;
            }
        }

        throw new InvalidOperationException("the watch ended by itself");
    }
}
