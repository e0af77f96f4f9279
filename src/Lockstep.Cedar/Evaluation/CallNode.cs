using System.Collections.Immutable;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>A call of an extension function or method, of one or two arguments.</summary>
internal sealed class CallNode(Expr source, string function, ImmutableArray<Node> arguments) : Node(source)
{
    private readonly int _arity = Arity(function);
    private readonly bool _isConstructor = Functions.IsConstructor(function);
    private readonly (CedarKind Own, CedarKind Other) _kinds = Kinds(function);
    private readonly Operation _apply = Find(function);

    private delegate bool Operation(in CedarValue first, in CedarValue second, out CedarValue value);

    public override bool TryEvaluate(EvaluationFrame frame, out CedarValue value)
    {
        CedarValue first = default;
        CedarValue second = default;
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].TryEvaluate(frame, out value))
            {
                return false;
            }

            (first, second) = i == 0 ? (value, second) : (first, value);
        }

        if (arguments.Length != _arity)
        {
            return frame.Fail(EvaluationFaultKind.BadCall, Source, first, out value);
        }

        if (_isConstructor)
        {
            return first.Kind != CedarKind.String ? frame.Fail(EvaluationFaultKind.WrongKind, Source, first, out value)
                : Extensions.TryConstruct(function, first.AsString, out value)
                    || frame.Fail(EvaluationFaultKind.BadCall, Source, first, out value);
        }

        if (first.Kind != _kinds.Own)
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, first, out value);
        }

        if (_arity == 2 && second.Kind != _kinds.Other)
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, second, out value);
        }

        return _apply(first, second, out value) || frame.Fail(EvaluationFaultKind.Overflow, Source, second, out value);
    }

    public static int Arity(string function) => function is "lessThan" or "lessThanOrEqual" or "greaterThan" or "greaterThanOrEqual"
        or "isInRange" or "offset" or "durationSince" ? 2 : 1;

    public static (CedarKind Own, CedarKind Other) Kinds(string function) => function switch
    {
        "lessThan" or "lessThanOrEqual" or "greaterThan" or "greaterThanOrEqual" => (CedarKind.Decimal, CedarKind.Decimal),
        "isIpv4" or "isIpv6" or "isLoopback" or "isMulticast" or "isInRange" => (CedarKind.Ip, CedarKind.Ip),
        "offset" => (CedarKind.Datetime, CedarKind.Duration),
        "durationSince" => (CedarKind.Datetime, CedarKind.Datetime),
        "toDate" or "toTime" => (CedarKind.Datetime, CedarKind.None),
        _ => (CedarKind.Duration, CedarKind.None),
    };

    private static Operation Find(string function) => function switch
    {
        "lessThan" => (in CedarValue a, in CedarValue b, out CedarValue v) => Is(a.AsLong < b.AsLong, out v),
        "lessThanOrEqual" => (in CedarValue a, in CedarValue b, out CedarValue v) => Is(a.AsLong <= b.AsLong, out v),
        "greaterThan" => (in CedarValue a, in CedarValue b, out CedarValue v) => Is(a.AsLong > b.AsLong, out v),
        "greaterThanOrEqual" => (in CedarValue a, in CedarValue b, out CedarValue v) => Is(a.AsLong >= b.AsLong, out v),
        "isIpv4" => (in CedarValue a, in CedarValue _, out CedarValue v) => Is(!a.AsIp.IsIpv6, out v),
        "isIpv6" => (in CedarValue a, in CedarValue _, out CedarValue v) => Is(a.AsIp.IsIpv6, out v),
        "isLoopback" => (in CedarValue a, in CedarValue _, out CedarValue v) => Is(a.AsIp.IsLoopback, out v),
        "isMulticast" => (in CedarValue a, in CedarValue _, out CedarValue v) => Is(a.AsIp.IsMulticast, out v),
        "isInRange" => (in CedarValue a, in CedarValue b, out CedarValue v) => Is(a.AsIp.IsInRange(b.AsIp), out v),
        "toMilliseconds" => (in CedarValue a, in CedarValue _, out CedarValue v) => Count(a.AsLong, out v),
        "toSeconds" => (in CedarValue a, in CedarValue _, out CedarValue v) => Count(a.AsLong / 1_000, out v),
        "toMinutes" => (in CedarValue a, in CedarValue _, out CedarValue v) => Count(a.AsLong / 60_000, out v),
        "toHours" => (in CedarValue a, in CedarValue _, out CedarValue v) => Count(a.AsLong / 3_600_000, out v),
        "toDays" => (in CedarValue a, in CedarValue _, out CedarValue v) => Count(a.AsLong / Extensions.DayMilliseconds, out v),
        "offset" => (in CedarValue a, in CedarValue b, out CedarValue v) => Instant((Int128)a.AsLong + b.AsLong, out v),
        "durationSince" => (in CedarValue a, in CedarValue b, out CedarValue v) => Length((Int128)a.AsLong - b.AsLong, out v),
        "toDate" => (in CedarValue a, in CedarValue _, out CedarValue v) => Instant((Int128)a.AsLong - TimeOf(a.AsLong), out v),
        _ => (in CedarValue a, in CedarValue _, out CedarValue v) => Length(TimeOf(a.AsLong), out v),
    };

    // Always from the start of the day that holds the instant, also before 1970.
    private static long TimeOf(long instant) =>
        ((instant % Extensions.DayMilliseconds) + Extensions.DayMilliseconds) % Extensions.DayMilliseconds;

    private static bool Is(bool truth, out CedarValue value)
    {
        value = CedarValue.Of(truth);
        return true;
    }

    private static bool Count(long number, out CedarValue value)
    {
        value = CedarValue.Of(number);
        return true;
    }

    private static bool Instant(Int128 wide, out CedarValue value)
    {
        var fits = wide >= long.MinValue && wide <= long.MaxValue;
        value = fits ? CedarValue.OfDatetime((long)wide) : default;
        return fits;
    }

    private static bool Length(Int128 wide, out CedarValue value)
    {
        var fits = wide >= long.MinValue && wide <= long.MaxValue;
        value = fits ? CedarValue.OfDuration((long)wide) : default;
        return fits;
    }
}
