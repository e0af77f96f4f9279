using System.Text.Json.Serialization;
using Lockstep.Connectors.Keystone;

namespace Lockstep.Connectors.Barbican;

internal sealed record ContentTypes(string? Default = null);

internal sealed record Secret(
    string SecretRef,
    string? Name,
    string? SecretType = null,
    string? Status = null,
    string? Created = null,
    string? Updated = null,
    string? Expiration = null,
    string? Algorithm = null,
    int? BitLength = null,
    string? Mode = null,
    string? CreatorId = null,
    ContentTypes? ContentTypes = null)
{
    /// <summary>Gets the id: the last part of the reference.</summary>
    [JsonIgnore]
    public string Id => SecretRef[(SecretRef.LastIndexOf('/') + 1)..];

    /// <summary>Gets a value indicating whether there is a value to read.</summary>
    [JsonIgnore]
    public bool HasPayload => ContentTypes?.Default is not null;
}

internal sealed record SecretsAnswer(IReadOnlyList<Secret> Secrets, int Total) : IPage<Secret>
{
    [JsonIgnore]
    public IReadOnlyList<Secret> Elements => Secrets;
}

internal sealed record SecretReference(string SecretRef, string? Name = null)
{
    [JsonIgnore]
    public string Id => SecretRef[(SecretRef.LastIndexOf('/') + 1)..];
}

internal sealed record Container(string ContainerRef, IReadOnlyList<SecretReference> SecretRefs, string? Name = null, string? Type = null)
{
    [JsonIgnore]
    public string Id => ContainerRef[(ContainerRef.LastIndexOf('/') + 1)..];
}

internal sealed record ContainersAnswer(IReadOnlyList<Container> Containers, int Total) : IPage<Container>
{
    [JsonIgnore]
    public IReadOnlyList<Container> Elements => Containers;
}

internal sealed record AccessRule(
    [property: JsonPropertyName("project-access")] bool ProjectAccess = true, IReadOnlyList<string>? Users = null);

internal sealed record AclAnswer(AccessRule? Read = null);

internal sealed record MetadataAnswer(Dictionary<string, string> Metadata);

internal sealed record Consumer(string? Service = null, string? ResourceType = null, string? ResourceId = null);

internal sealed record ConsumersAnswer(IReadOnlyList<Consumer> Consumers, int Total);

internal sealed record MadeAnswer(string SecretRef);

internal sealed record OwnProjectsAnswer(IReadOnlyList<IdRef> Projects);

/// <summary>One page of a listing.</summary>
internal interface IPage<out T>
{
    IReadOnlyList<T> Elements { get; }

    int Total { get; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SecretsAnswer))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(ContainersAnswer))]
[JsonSerializable(typeof(AclAnswer))]
[JsonSerializable(typeof(MetadataAnswer))]
[JsonSerializable(typeof(ConsumersAnswer))]
[JsonSerializable(typeof(MadeAnswer))]
[JsonSerializable(typeof(OwnProjectsAnswer))]
internal sealed partial class BarbicanJson : JsonSerializerContext;
