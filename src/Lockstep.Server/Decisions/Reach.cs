using Lockstep.Graph;

namespace Lockstep.Server.Decisions;

/// <summary>Answers whether a subject reaches a target in the graph, by asking it each time or from answers for many at once.</summary>
internal abstract class Reach
{
    /// <summary>Finds the first chain; <see langword="null"/> if there is none.</summary>
    /// <param name="subject">Who.</param>
    /// <param name="target">What.</param>
    /// <param name="limit">Which limit cut the search short, so that a missing chain proves nothing; else <see langword="null"/>.</param>
    public abstract Chain? Find(NodeId subject, AccessTarget target, out string? limit);

    /// <summary>Asks the graph each time.</summary>
    public sealed class Asked(IAccessGraph graph, DateTimeOffset at, CancellationToken cancellationToken) : Reach
    {
        /// <inheritdoc/>
        public override Chain? Find(NodeId subject, AccessTarget target, out string? limit)
        {
            var answer = graph.Check(subject, target, at, QueryLimits.Default, cancellationToken);
            limit = answer is Answer<Chain?>.Truncated truncated ? truncated.Limit : null;
            return answer.Value;
        }
    }

    /// <summary>Knows every identity that reaches one target. Subjects of other kinds are asked for one by one.</summary>
    public sealed class ToTarget(IReadOnlyDictionary<NodeId, Chain> chains, Reach others) : Reach
    {
        /// <inheritdoc/>
        public override Chain? Find(NodeId subject, AccessTarget target, out string? limit)
        {
            limit = null;
            return subject.Kind == NodeKinds.Identity ? chains.GetValueOrDefault(subject) : others.Find(subject, target, out limit);
        }
    }

    /// <summary>Knows everything that one subject reaches.</summary>
    public sealed class FromSubject(IReadOnlyDictionary<AccessTarget, Chain> chains) : Reach
    {
        /// <inheritdoc/>
        public override Chain? Find(NodeId subject, AccessTarget target, out string? limit)
        {
            limit = null;
            return chains.GetValueOrDefault(target);
        }
    }

    /// <summary>Finds out what a subject reaches only when a policy asks.</summary>
    public sealed class Late(Lazy<Reach> reach) : Reach
    {
        /// <inheritdoc/>
        public override Chain? Find(NodeId subject, AccessTarget target, out string? limit) => reach.Value.Find(subject, target, out limit);
    }
}
