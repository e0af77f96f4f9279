namespace Lockstep.Lab.Estates;

/// <summary>How big a made-up estate is: applications of 1,000 nodes and about 10,000 links each.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Apps">How many applications.</param>
public sealed record EstateSize(string Name, int Apps)
{
    /// <summary>The sizes: <c>XS</c> = 10,000 nodes, <c>XM</c> = 100,000, <c>S</c> = 1 million, <c>L</c> = 10 million.</summary>
    public static IReadOnlyList<EstateSize> All { get; } = [new("XS", 10), new("XM", 100), new("S", 1_000), new("L", 10_000)];

    /// <summary>The size of that name, in any case.</summary>
    /// <exception cref="LabException">LS8011: there is no such size.</exception>
    public static EstateSize Named(string name) =>
        All.FirstOrDefault(s => s.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new LabException("LS8011", $"`{name}` is no size of an estate; expected one of {string.Join(", ", All.Select(s => s.Name))}");
}
