using Lockstep.Graph;

namespace Lockstep.Reconciliation;

/// <summary>Resources and secrets by what people call them: the whole name, or its last parts after a dot, whatever the case.</summary>
public sealed class ResourceNames
{
    private readonly Dictionary<string, List<Node>> _called = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Indexes the resources and secrets among <paramref name="nodes"/>. O(nodes).</summary>
    public ResourceNames(IEnumerable<Node> nodes)
    {
        foreach (var node in nodes.Where(n => n.Id.Kind is NodeKinds.Resource or NodeKinds.Secret))
        {
            for (var from = 0; from >= 0 && from < node.Name.Length; from = After(node.Name, from))
            {
                var called = node.Name[from..];
                (_called.TryGetValue(called, out var others) ? others : _called[called] = []).Add(node);
            }
        }
    }

    /// <summary>Finds what is called so, by id.</summary>
    public IReadOnlyList<Node> Find(string text) => [.. _called.GetValueOrDefault(text, []).OrderBy(n => n.Id)];

    private static int After(string name, int from) => name.IndexOf('.', from) is >= 0 and var dot ? dot + 1 : -1;
}
