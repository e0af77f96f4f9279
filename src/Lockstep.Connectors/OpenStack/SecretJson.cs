using System.Text.Json;
using Lockstep.Secrets;

namespace Lockstep.Connectors.OpenStack;

/// <summary>Writes secrets into JSON without making strings of them.</summary>
internal static class SecretJson
{
    extension(Utf8JsonWriter json)
    {
        /// <summary>Writes a property whose value is secret.</summary>
        public void WriteSecret(string name, SecretText secret) => secret.Reveal(bytes =>
        {
            json.WriteString(name, bytes);
            return true;
        });

        /// <summary>Writes an object as a property.</summary>
        public void WriteObject(string name, Action<Utf8JsonWriter> inside)
        {
            json.WriteStartObject(name);
            inside(json);
            json.WriteEndObject();
        }
    }
}
