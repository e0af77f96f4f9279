using Lockstep.Cedar.Text;

namespace Lockstep.Cedar.Values;

/// <summary>Names one entity by type and id, written <c>User::"alice"</c>. Equal when both parts are equal.</summary>
/// <threadsafety>Immutable.</threadsafety>
public sealed class EntityUid : IEquatable<EntityUid>
{
    private readonly int _hash;

    /// <summary>Names an entity.</summary>
    /// <param name="type">The type with its namespaces, for example <c>Chain::User</c>.</param>
    /// <param name="id">The id; any string, also an empty one.</param>
    public EntityUid(string type, string id)
    {
        Type = type;
        Id = id;
        _hash = HashCode.Combine(string.GetHashCode(type, StringComparison.Ordinal), string.GetHashCode(id, StringComparison.Ordinal));
    }

    /// <summary>Gets the type with its namespaces.</summary>
    public string Type { get; }

    /// <summary>Gets the id.</summary>
    public string Id { get; }

    /// <summary>Says whether both name the same entity.</summary>
    public static bool operator ==(EntityUid? left, EntityUid? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Says whether they name different entities.</summary>
    public static bool operator !=(EntityUid? left, EntityUid? right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(EntityUid? other) => ReferenceEquals(this, other)
        || (other is not null && _hash == other._hash && Id == other.Id && Type == other.Type);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EntityUid);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>Writes the name as it stands in a policy.</summary>
    public override string ToString() => $"{Type}::\"{Escapes.Write(Id)}\"";
}
