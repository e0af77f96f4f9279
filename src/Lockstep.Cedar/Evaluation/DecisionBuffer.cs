using Lockstep.Cedar.Policies;

namespace Lockstep.Cedar.Evaluation;

/// <summary>Holds one decision after another without new memory. Make one per thread and hand it to each decision.</summary>
/// <threadsafety>One decision at a time.</threadsafety>
public sealed class DecisionBuffer
{
    private readonly EvaluationFrame _frame = new();
    private Policy[] _permits = new Policy[16];
    private Policy[] _forbids = new Policy[16];
    private PolicyFault[] _faults = new PolicyFault[4];
    private int[] _seenIn = [];
    private int _permitCount;
    private int _forbidCount;
    private int _faultCount;
    private int _round;

    /// <summary>Gets a value indicating whether the last request is allowed.</summary>
    public bool IsAllowed => _forbidCount == 0 && _permitCount > 0;

    /// <summary>Gets the policies that decided; empty when the request is denied because nothing permits it.</summary>
    public ReadOnlySpan<Policy> Determining => _forbidCount > 0 ? _forbids.AsSpan(0, _forbidCount) : _permits.AsSpan(0, _permitCount);

    /// <summary>Gets the policies that could not be evaluated and were skipped.</summary>
    public ReadOnlySpan<PolicyFault> Faults => _faults.AsSpan(0, _faultCount);

    /// <summary>Gets how many policies had a scope that matched the last request.</summary>
    public int Considered { get; private set; }

    /// <summary>Copies the last decision out of the buffer.</summary>
    public Decision ToDecision() => new(IsAllowed, [.. Determining], [.. Faults]);

    internal EvaluationFrame Begin(AuthorizationRequest request, Entities.IEntitySource entities, int policies)
    {
        _permitCount = _forbidCount = _faultCount = Considered = 0;
        if (_seenIn.Length < policies)
        {
            _seenIn = new int[policies];
            _round = 0;
        }

        if (_round == int.MaxValue)
        {
            Array.Clear(_seenIn);
            _round = 0;
        }

        _round++;
        _frame.Begin(request, entities);
        return _frame;
    }

    internal void Consider(CompiledPolicy policy, IndexLevel open, EvaluationFrame frame, in RequestAncestors above)
    {
        if (!policy.InScopeFrom(open, frame, above) || _seenIn[policy.Ordinal] == _round)
        {
            return;
        }

        _seenIn[policy.Ordinal] = _round;
        Considered++;
        var scope = policy.Policy;
        switch (policy.Holds(frame))
        {
            case true when policy.IsForbid: Add(ref _forbids, ref _forbidCount, scope); break;
            case true: Add(ref _permits, ref _permitCount, scope); break;
            case null: Add(ref _faults, ref _faultCount, new(scope, frame.Fault)); break;
            default: break;
        }
    }

    private static void Add<T>(ref T[] list, ref int count, T item)
    {
        if (count == list.Length)
        {
            Array.Resize(ref list, count * 2);
        }

        list[count++] = item;
    }
}
