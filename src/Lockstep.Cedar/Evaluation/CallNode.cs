using System.Collections.Immutable;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Values;

namespace Lockstep.Cedar.Evaluation;

/// <summary>A call of an extension function or method, of one or two arguments.</summary>
internal sealed class CallNode(Expr source, string function, ImmutableArray<Node> arguments) : Node(source)
{
    private readonly int _arity = Arity(function);

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

        if (Functions.IsConstructor(function))
        {
            return first.Kind != CedarKind.String ? frame.Fail(EvaluationFaultKind.WrongKind, Source, first, out value)
                : Extensions.TryConstruct(function, first.AsString, out value) || frame.Fail(EvaluationFaultKind.BadCall, Source, first, out value);
        }

        var (own, other) = Kinds(function);
        if (first.Kind != own)
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, first, out value);
        }

        if (_arity == 2 && second.Kind != other)
        {
            return frame.Fail(EvaluationFaultKind.WrongKind, Source, second, out value);
        }

        return Apply(first, second, out value) || frame.Fail(EvaluationFaultKind.Overflow, Source, second, out value);
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

    private bool Apply(CedarValue first, CedarValue second, out CedarValue value)
    {
        switch (function)
        {
            case "lessThan": value = CedarValue.Of(first.AsLong < second.AsLong); return true;
            case "lessThanOrEqual": value = CedarValue.Of(first.AsLong <= second.AsLong); return true;
            case "greaterThan": value = CedarValue.Of(first.AsLong > second.AsLong); return true;
            case "greaterThanOrEqual": value = CedarValue.Of(first.AsLong >= second.AsLong); return true;
            case "isIpv4": value = CedarValue.Of(!first.AsIp.IsIpv6); return true;
            case "isIpv6": value = CedarValue.Of(first.AsIp.IsIpv6); return true;
            case "isLoopback": value = CedarValue.Of(first.AsIp.IsLoopback); return true;
            case "isMulticast": value = CedarValue.Of(first.AsIp.IsMulticast); return true;
            case "isInRange": value = CedarValue.Of(first.AsIp.IsInRange(second.AsIp)); return true;
            case "toMilliseconds": value = CedarValue.Of(first.AsLong); return true;
            case "toSeconds": value = CedarValue.Of(first.AsLong / 1_000); return true;
            case "toMinutes": value = CedarValue.Of(first.AsLong / 60_000); return true;
            case "toHours": value = CedarValue.Of(first.AsLong / 3_600_000); return true;
            case "toDays": value = CedarValue.Of(first.AsLong / Extensions.DayMilliseconds); return true;
            default: return Instant(first.AsLong, second.AsLong, out value);
        }
    }

    private bool Instant(long first, long second, out CedarValue value)
    {
        var time = ((first % Extensions.DayMilliseconds) + Extensions.DayMilliseconds) % Extensions.DayMilliseconds;
        var wide = function switch
        {
            "offset" => (Int128)first + second,
            "durationSince" => (Int128)first - second,
            "toDate" => (Int128)first - time,
            _ => time,
        };
        var fits = wide >= long.MinValue && wide <= long.MaxValue;
        value = !fits ? default : function is "offset" or "toDate" ? CedarValue.OfDatetime((long)wide) : CedarValue.OfDuration((long)wide);
        return fits;
    }
}
