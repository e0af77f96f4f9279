namespace Lockstep.Client;

/// <summary>The newest signed checkpoint.</summary>
/// <param name="Note">The C2SP signed note, exactly.</param>
/// <param name="VerifierKey">The key that it verifies with.</param>
public sealed record CheckpointView(string Origin, long Size, string Root, string Note, string VerifierKey);

/// <summary>Asks for a verification of the whole ledger.</summary>
/// <param name="Since">An older checkpoint note that it must still contain, or <see langword="null"/>.</param>
public sealed record VerifyLedger(string? Since = null);

/// <summary>What came of it.</summary>
/// <param name="Holds">Whether every entry leads to the signed root.</param>
/// <param name="Size">How many entries were read, if it holds.</param>
/// <param name="Code">What is wrong, otherwise.</param>
/// <param name="FirstBadIndex">The first entry that is not to be trusted, if one could be named.</param>
public sealed record LedgerVerdict(bool Holds, long? Size, string? Root, string? Code, string? Detail, long? FirstBadIndex);

/// <summary>A token as it can be shown: everything but the token.</summary>
public sealed record TokenView(
    string Id, string Name, string Role, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <summary>The tokens.</summary>
public sealed record TokenList(IReadOnlyList<TokenView> Tokens);

/// <summary>Asks for a token.</summary>
/// <param name="Name">What it is for, 1 to 64 characters.</param>
/// <param name="Role"><c>viewer</c>, <c>operator</c>, <c>auditor</c> or <c>admin</c>.</param>
/// <param name="Days">How many days it is good for, 1 to 366; 90 if <see langword="null"/>.</param>
public sealed record CreateToken(string Name, string Role, int? Days = null);

/// <summary>A new token, shown this once.</summary>
public sealed record TokenCreated(TokenView Token, string Secret);

/// <summary>What went wrong (RFC 9457), with a diagnostic code.</summary>
/// <param name="Code">The code, <c>LSnnnn</c>.</param>
/// <param name="Choices">What would have been possible, where that can be said: the identities of an ambiguous name.</param>
public sealed record ApiProblem(
    string? Type = null, string? Title = null, int? Status = null, string? Detail = null, string? Code = null,
        IReadOnlyList<NodeView>? Choices = null);
