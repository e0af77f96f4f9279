using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Values;

namespace Lockstep.Server.Access;

/// <summary>Who is asking.</summary>
/// <param name="TokenId">The token's id.</param>
/// <param name="Name">The token's name, never used twice.</param>
/// <param name="Role">The role that it was made with.</param>
/// <threadsafety>Immutable.</threadsafety>
internal sealed record Caller(string TokenId, string Name, string Role) : IEntitySource
{
    private const string TokenType = "Lockstep::Token";

    /// <summary>The type of roles in policies.</summary>
    internal const string RoleType = "Lockstep::Role";

    private readonly EntityUid[] _roles = [new(RoleType, Role)];

    /// <summary>Gets how the caller is written into the ledger.</summary>
    public string By => $"token:{Name}";

    /// <summary>Gets how policies name it.</summary>
    public EntityUid Uid { get; } = new(TokenType, TokenId);

    /// <summary>Gives who is behind a request that the gate let through.</summary>
    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>()
            ?? throw new InvalidOperationException("Bug in Lockstep: a request without a caller passed the gate.");

    /// <inheritdoc/>
    public bool Contains(EntityUid entity) => entity == Uid;

    /// <inheritdoc/>
    public bool TryGetAttribute(EntityUid entity, string name, out CedarValue value)
    {
        var text = entity != Uid ? null : name switch { "name" => Name, "role" => Role, _ => null };
        value = text is null ? default : CedarValue.Of(text);
        return text is not null;
    }

    /// <inheritdoc/>
    public bool TryGetTag(EntityUid entity, string name, out CedarValue value)
    {
        value = default;
        return false;
    }

    /// <inheritdoc/>
    public bool IsDescendant(EntityUid entity, EntityUid ancestor) => AncestorsOf(entity).Contains(ancestor);

    /// <inheritdoc/>
    public ReadOnlySpan<EntityUid> AncestorsOf(EntityUid entity) =>
        entity == Uid ? _roles : AccessActions.Entities.AncestorsOf(entity);
}
