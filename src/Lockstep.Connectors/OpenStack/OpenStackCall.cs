using System.Buffers;
using System.Text.Json;

namespace Lockstep.Connectors.OpenStack;

/// <summary>One call: how, where, with what.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path below the service's address; never holds a secret.</param>
/// <param name="What">What it does, for messages: follows "does not allow us to".</param>
internal sealed record OpenStackCall(HttpMethod Method, string Path, string What)
{
    /// <summary>Gets the body, which is zeroed after sending; empty for none.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Gets the body's media type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Gets the media type that is wanted.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Gets other headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Gets a value indicating whether the text of a 400 is wanted; never where it could quote a secret.</summary>
    public bool ReadsRefusal { get; init; }

    /// <summary>Gets a value indicating whether a 409 means that it is already so.</summary>
    public bool ConflictIsFine { get; init; }

    /// <summary>Asks.</summary>
    public static OpenStackCall Get(string path, string what) => new(HttpMethod.Get, path, what);

    /// <summary>Deletes.</summary>
    public static OpenStackCall Delete(string path, string what) => new(HttpMethod.Delete, path, what);

    /// <summary>Writes the body as JSON; a secret goes from its bytes straight into it and never becomes a string.</summary>
    public OpenStackCall With(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        var body = buffer.WrittenSpan.ToArray();
        buffer.Clear();
        return this with { Body = body };
    }
}
