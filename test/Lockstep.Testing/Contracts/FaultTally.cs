using System.Globalization;
using Lockstep.Connectors;

namespace Lockstep.Testing.Contracts;

/// <summary>What came of one fault: a row of the table.</summary>
internal sealed class FaultTally
{
    private int _gone;
    private int _there;
    private int _unknown;
    private int _acknowledged;
    private int _orders;
    private readonly List<string> _refusals = [];

    /// <summary>Gets what was said of the orders that failed.</summary>
    public string Refusals => string.Join("; ", _refusals);

    public int FiredAtOrders { get; set; }

    public int FiredAtListing { get; set; }

    public int Lost { get; set; }

    public int Doubled { get; set; }

    public int Lies { get; set; }

    /// <summary>Gets how many orders were said to be done.</summary>
    public int Acknowledged => _acknowledged;

    /// <summary>Gets how many claims were wrong.</summary>
    public int Wrong => Lost + Doubled + Lies;

    public void Count(CutOutcome? order, LookOutcome? look)
    {
        _orders++;
        if (order is not CutOutcome.Acknowledged)
        {
            _refusals.Add((order as CutOutcome.Failed)?.Error.Detail ?? order?.ToString() ?? "no answer in time");
        }

        _acknowledged += order is CutOutcome.Acknowledged ? 1 : 0;
        _ = look switch { LookOutcome.Gone => _gone++, LookOutcome.StillThere => _there++, _ => _unknown++ };
    }

    public string Row(string fault, string connector, string listing, string quota) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {fault} | {connector} | {_orders} | {FiredAtOrders} + {FiredAtListing}{quota} | {_acknowledged} ack, {_orders - _acknowledged} failed "
            + $"| {_gone} gone, {_there} there, {_unknown} unknown | {listing} | {Lost} | {Doubled} | {Lies} |");
}
