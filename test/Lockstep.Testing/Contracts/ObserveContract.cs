using Lockstep.Connectors;
using Lockstep.Graph;
using Xunit;

namespace Lockstep.Testing.Contracts;

/// <summary>What <see cref="IObserveAccess"/> promises. A connector's test class derives from this and overrides only the start.</summary>
public abstract class ObserveContract
{
    /// <summary>Starts or joins a real system.</summary>
    protected abstract Task<IConnectorSubject> StartAsync();

    [Fact]
    public async Task A_listing_ends_with_exactly_one_complete_and_repeats_no_fact()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);

        var listing = await Listing.ReadAsync(connector);

        Assert.Single(listing.Elements.OfType<Observation.Complete>());
        Assert.True(listing.End.IsFull);
        Assert.Empty(listing.Facts.GroupBy(f => f.Key).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.Empty(listing.Gone);
        Assert.Empty(listing.Gaps);
    }

    [Fact]
    public async Task Every_link_is_seen_exactly_once_across_pages_and_both_its_ends_are_nodes()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);
        var expected = await subject.SeedAsync();

        var listing = await Listing.ReadAsync(connector);

        Assert.NotEmpty(expected);
        Assert.Empty(expected.Except(listing.Links));
        Assert.Equal(listing.Facts.Count, listing.Facts.DistinctBy(f => f.Key).Count());
        var nodes = listing.Nodes.Select(n => n.Id).ToHashSet();
        var ends = expected.SelectMany(l => new[] { l.From, l.To }).Where(id => id.SystemName == connector.SystemName);
        Assert.All(ends, id => Assert.Contains(id, nodes));
    }

    [Fact]
    public async Task What_the_systems_own_client_removes_is_gone_from_the_next_listing_and_nothing_else_is()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);
        var expected = await subject.SeedAsync();
        var before = await Listing.ReadAsync(connector);
        Assert.Contains(expected[0], before.Links);

        await subject.RemoveAsync(expected[0]);
        var after = await Listing.ReadAsync(connector, before.End.Cursor);

        var left = after.End.IsFull
            ? after.Links.ToHashSet()
            : before.Links.Except(after.Gone.OfType<FactKey.OfLink>().Select(g => g.Link)).Concat(after.Links).ToHashSet();
        Assert.DoesNotContain(expected[0], left);
        Assert.Empty(expected.Skip(1).Except(left));
    }

    [Fact]
    public async Task A_cursor_that_is_not_known_leads_to_a_full_listing()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.Connect(subject.Port);

        var listing = await Listing.ReadAsync(connector, "made-up:cursor");

        Assert.True(listing.End.IsFull);
    }

    [Fact]
    public async Task A_listing_that_breaks_off_throws_instead_of_ending()
    {
        await using var subject = await StartAsync();
        await subject.SeedAsync();
        await using var proxy = new FaultProxy(subject.Port);
        for (var i = 0; i < 2; i++)
        {
            proxy.Set(Fault.None); // The second time counts: the first may carry what a driver asks once and keeps.
            await using var whole = subject.Connect(proxy.Port);
            await Listing.ReadAsync(whole);
        }

        var length = proxy.Said;
        Assert.True(length > 1000, "the listing did not pass through the proxy: this test shows nothing");

        // Not up to the end: what other suites remove meanwhile makes the next listing shorter.
        foreach (var part in Enumerable.Range(0, 12).Select(i => length * i / 18))
        {
            proxy.Set(Fault.Reset, part);
            await using var connector = subject.Connect(proxy.Port);

            var broken = await Assert.ThrowsAsync<IncompleteObservationException>(() => Listing.ReadAsync(connector));

            Assert.True(proxy.Fired > 0, $"the fault at byte {part} did not fire");
            Assert.NotEqual(ConnectorErrorKind.Forbidden, broken.Error.Kind);
        }
    }

    [Fact]
    public async Task A_system_that_refuses_or_stalls_is_unreachable_in_bounded_time()
    {
        await using var subject = await StartAsync();
        await using var proxy = new FaultProxy(subject.Port);
        await using var connector = subject.Connect(proxy.Port);
        foreach (var fault in new[] { Fault.Refuse, Fault.Stall })
        {
            proxy.Set(fault);

            var listing = Listing.ReadAsync(connector);
            var first = await Task.WhenAny(listing, Task.Delay(TimeSpan.FromSeconds(60)));

            Assert.True(first == listing, $"{fault} is not bounded");
            var broken = await Assert.ThrowsAsync<IncompleteObservationException>(() => listing);
            Assert.Equal(ConnectorErrorKind.Unreachable, broken.Error.Kind);
            Assert.True(proxy.Fired > 0);
        }
    }

    [Fact]
    public async Task A_wrong_credential_of_ours_is_named_as_such()
    {
        await using var subject = await StartAsync();
        await using var connector = subject.ConnectWithWrongCredential();

        var broken = await Assert.ThrowsAsync<IncompleteObservationException>(() => Listing.ReadAsync(connector));
        var checkup = await connector.CheckAsync(CancellationToken.None);

        Assert.Equal(ConnectorErrorKind.Unauthenticated, broken.Error.Kind);
        Assert.False(checkup.IsReachable);
    }

    [Fact]
    public async Task What_our_rights_hide_is_reported_as_not_covered_and_not_as_absent()
    {
        await using var subject = await StartAsync();
        if (subject.ConnectReadOnly() is not { } connector || subject.HiddenFromReadOnly is not { } hidden)
        {
            Assert.Skip("this system hides nothing from who may read");
            return;
        }

        await using var _ = connector;
        await subject.SeedAsync();
        var listing = await Listing.ReadAsync(connector);

        Assert.Contains(listing.Gaps, g => g.Scope == hidden && g.Error.Kind == ConnectorErrorKind.Forbidden);
        Assert.DoesNotContain(listing.Facts, f => f.Scope == hidden && f is Fact.OfNode);
        Assert.Contains((await connector.CheckAsync(CancellationToken.None)).Notes, n => n.IsProblem);
    }
}
