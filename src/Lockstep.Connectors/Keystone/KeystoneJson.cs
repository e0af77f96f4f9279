using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lockstep.Connectors.Keystone;

internal sealed record IdRef(string Id, string? Name = null);

internal sealed record User(
    string Id,
    string Name,
    string DomainId,
    bool Enabled,
    string? Email = null,
    string? Description = null,
    string? LockstepEndsSessions = null);

internal sealed record UsersAnswer(IReadOnlyList<User> Users, bool Truncated = false) : IListing<User>
{
    [JsonIgnore]
    public IReadOnlyList<User> Elements => Users;
}

internal sealed record UserAnswer(User User);

internal sealed record Group(string Id, string Name, string DomainId, string? Description = null);

internal sealed record GroupsAnswer(IReadOnlyList<Group> Groups, bool Truncated = false) : IListing<Group>
{
    [JsonIgnore]
    public IReadOnlyList<Group> Elements => Groups;
}

internal sealed record Project(string Id, string Name, string DomainId, bool Enabled, string? ParentId = null, string? Description = null);

internal sealed record ProjectsAnswer(IReadOnlyList<Project> Projects, bool Truncated = false) : IListing<Project>
{
    [JsonIgnore]
    public IReadOnlyList<Project> Elements => Projects;
}

internal sealed record ProjectAnswer(Project Project);

internal sealed record Domain(string Id, string Name, bool Enabled);

internal sealed record DomainsAnswer(IReadOnlyList<Domain> Domains, bool Truncated = false) : IListing<Domain>
{
    [JsonIgnore]
    public IReadOnlyList<Domain> Elements => Domains;
}

internal sealed record Role(string Id, string Name, string? DomainId = null);

internal sealed record RolesAnswer(IReadOnlyList<Role> Roles, bool Truncated = false) : IListing<Role>
{
    [JsonIgnore]
    public IReadOnlyList<Role> Elements => Roles;
}

internal sealed record AssignmentScope(
    IdRef? Project = null,
    IdRef? Domain = null,
    JsonElement? System = null,
    [property: JsonPropertyName("OS-INHERIT:inherited_to")] string? InheritedTo = null);

internal sealed record RoleAssignment(IdRef Role, AssignmentScope Scope, IdRef? User = null, IdRef? Group = null);

internal sealed record AssignmentsAnswer(IReadOnlyList<RoleAssignment> RoleAssignments, bool Truncated = false) : IListing<RoleAssignment>
{
    [JsonIgnore]
    public IReadOnlyList<RoleAssignment> Elements => RoleAssignments;
}

internal sealed record Inference(IdRef PriorRole, IReadOnlyList<IdRef> Implies);

internal sealed record InferencesAnswer(IReadOnlyList<Inference> RoleInferences, bool Truncated = false) : IListing<Inference>
{
    [JsonIgnore]
    public IReadOnlyList<Inference> Elements => RoleInferences;
}

/// <summary>An application credential; one that was made without a word about <c>unrestricted</c> says null, and is restricted.</summary>
internal sealed record ApplicationCredential(
    string Id,
    string Name,
    string UserId,
    string? ProjectId,
    IReadOnlyList<IdRef> Roles,
    [property: JsonPropertyName("unrestricted")] bool? MayBeUnrestricted = null,
    string? ExpiresAt = null)
{
    [JsonIgnore]
    public bool Unrestricted => MayBeUnrestricted ?? false;
}

internal sealed record ApplicationCredentialsAnswer(IReadOnlyList<ApplicationCredential> ApplicationCredentials, bool Truncated = false)
    : IListing<ApplicationCredential>
{
    [JsonIgnore]
    public IReadOnlyList<ApplicationCredential> Elements => ApplicationCredentials;
}

/// <summary>A stored credential without its blob: Keystone sends the EC2 secret in clear to any reader, and we do not take it.</summary>
internal sealed record StoredCredential(string Id, string UserId, string Type, string? ProjectId = null);

internal sealed record CredentialsAnswer(IReadOnlyList<StoredCredential> Credentials, bool Truncated = false) : IListing<StoredCredential>
{
    [JsonIgnore]
    public IReadOnlyList<StoredCredential> Elements => Credentials;
}

internal sealed record Trust(
    string Id, string TrustorUserId, string TrusteeUserId, bool Impersonation, string? ProjectId = null, string? ExpiresAt = null);

internal sealed record TrustsAnswer(IReadOnlyList<Trust> Trusts, bool Truncated = false) : IListing<Trust>
{
    [JsonIgnore]
    public IReadOnlyList<Trust> Elements => Trusts;
}

internal sealed record TrustDetail(string Id, IReadOnlyList<IdRef> Roles);

internal sealed record TrustAnswer(TrustDetail Trust);

internal sealed record RevocationEvent(string IssuedBefore, string? UserId = null, string? AuditId = null, string? ProjectId = null);

internal sealed record EventsAnswer(IReadOnlyList<RevocationEvent> Events, bool Truncated = false) : IListing<RevocationEvent>
{
    [JsonIgnore]
    public IReadOnlyList<RevocationEvent> Elements => Events;
}

internal sealed record TokenBody(string ExpiresAt, IdRef User, IdRef? Project = null, IReadOnlyList<IdRef>? Roles = null);

internal sealed record TokenAnswer(TokenBody Token);

internal sealed record VersionBody(string Id);

internal sealed record VersionAnswer(VersionBody Version);

/// <summary>An answer that lists, and may have been cut short.</summary>
internal interface IListing<out T>
{
    IReadOnlyList<T> Elements { get; }

    bool Truncated { get; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(UsersAnswer))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(GroupsAnswer))]
[JsonSerializable(typeof(ProjectsAnswer))]
[JsonSerializable(typeof(ProjectAnswer))]
[JsonSerializable(typeof(DomainsAnswer))]
[JsonSerializable(typeof(RolesAnswer))]
[JsonSerializable(typeof(AssignmentsAnswer))]
[JsonSerializable(typeof(InferencesAnswer))]
[JsonSerializable(typeof(ApplicationCredentialsAnswer))]
[JsonSerializable(typeof(CredentialsAnswer))]
[JsonSerializable(typeof(TrustsAnswer))]
[JsonSerializable(typeof(TrustAnswer))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(VersionAnswer))]
internal sealed partial class KeystoneJson : JsonSerializerContext;
