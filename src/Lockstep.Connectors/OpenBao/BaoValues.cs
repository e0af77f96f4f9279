using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Connectors.OpenStack;
using Lockstep.Graph;
using Lockstep.Secrets;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Reads and replaces values of KV v2. A value crosses here and nowhere else.</summary>
internal sealed class BaoValues(BaoApi api)
{
    private static readonly string[] UsualFields = ["password", "value", "key", "secret", "token"];

    /// <summary>Reads the current value: of the only field, or of one with a usual name.</summary>
    public async Task<SecretReading> ReadAsync(NodeId secret, CancellationToken cancellationToken)
    {
        if (BaoIds.StaticOf(secret) is var (mount, name))
        {
            var given = await api.GetAsync(
                $"{BaoApi.Escape(mount)}/static-creds/{BaoApi.Escape(name)}", "read the password of a static role", cancellationToken);
            return given.Value?.Text("password") is { } password
                ? new SecretReading.Read(SecretText.FromString(password))
                : new SecretReading.Failed(given.Error ?? NoValue(secret));
        }

        var (current, error) = await CurrentAsync(secret, cancellationToken);
        return current is null ? new SecretReading.Failed(error!) : new SecretReading.Read(SecretText.FromString(current.Value));
    }

    /// <summary>Stores a new version if the value is another; other fields stay.</summary>
    public async Task<CutOutcome> StoreAsync(NodeId secret, SecretText value, CancellationToken cancellationToken)
    {
        var (current, error) = await CurrentAsync(secret, cancellationToken);
        if (current is null || BaoIds.KvOf(secret) is not var (mount, path))
        {
            return new CutOutcome.Failed(error!);
        }

        if (value.Matches(System.Text.Encoding.UTF8.GetBytes(current.Value)))
        {
            return new CutOutcome.Acknowledged(Say($"version {current.Version} holds the value already"));
        }

        // With check-and-set: who wrote meanwhile is not overwritten.
        var reply = await api.PostAsync($"{BaoApi.Escape(mount)}/data/{BaoApi.Escape(path)}", "store a new version", json =>
        {
            json.WriteObject("options", options => options.WriteNumber("cas", current.Version));
            json.WriteObject("data", data =>
            {
                foreach (var (name, other) in current.Fields.Where(f => f.Key != current.Field))
                {
                    data.WritePropertyName(name);
                    JsonSerializer.Serialize(data, other, BaoShapes.Default.JsonNode);
                }

                data.WriteSecret(current.Field, value);
            });
        }, cancellationToken);
        return reply.Error is { } failed
            ? new CutOutcome.Failed(failed)
            : new CutOutcome.Acknowledged(Say($"version {reply.Value?.Number("version")} took the place of version {current.Version}"));
    }

    /// <summary>Has OpenBao make a new password for a static role, set it at the database, and hand it out from then on.</summary>
    public async Task<CutOutcome> RenewAsync(NodeId secret, CancellationToken cancellationToken) =>
        BaoIds.StaticOf(secret) is var (mount, name)
            ? BaoCuts.Changed(
                await api.PostAsync($"{BaoApi.Escape(mount)}/rotate-role/{BaoApi.Escape(name)}", "rotate a static role", _ => { }, cancellationToken),
                "POST /v1/database/rotate-role", api.Errors)
            : new CutOutcome.Failed(NoValue(secret));

    /// <summary>Destroys all versions but the current one.</summary>
    public async Task<CutOutcome> RetireAsync(NodeId secret, CancellationToken cancellationToken)
    {
        if (BaoIds.StaticOf(secret) is not null)
        {
            return new CutOutcome.Acknowledged("OpenBao keeps only the current password of a static role");
        }

        if (BaoIds.KvOf(secret) is not var (mount, path))
        {
            return new CutOutcome.Failed(NoValue(secret));
        }

        var metadata = await api.GetAsync(
            $"{BaoApi.Escape(mount)}/metadata/{BaoApi.Escape(path)}", "read a secret's metadata", cancellationToken);
        if (metadata.Value is not { } found)
        {
            return new CutOutcome.Failed(metadata.Error ?? NoValue(secret));
        }

        var current = (found.Number("current_version") ?? 0).ToString(CultureInfo.InvariantCulture);
        var old = (found.Inner("versions") ?? [])
            .Where(v => v.Key != current && v.Value is JsonObject version && !version.Flag("destroyed"))
            .Select(v => int.Parse(v.Key, CultureInfo.InvariantCulture))
            .ToList();
        if (old.Count == 0)
        {
            return new CutOutcome.Acknowledged("there is no old version that is not destroyed");
        }

        var reply = await api.PostAsync($"{BaoApi.Escape(mount)}/destroy/{BaoApi.Escape(path)}", "destroy old versions", json =>
        {
            json.WriteStartArray("versions");
            old.ForEach(json.WriteNumberValue);
            json.WriteEndArray();
        }, cancellationToken);
        return reply.Error is { } error || reply.IsAbsent
            ? new CutOutcome.Failed(reply.Error ?? NoValue(secret))
            : new CutOutcome.Acknowledged(Say($"destroyed versions {string.Join(", ", old)}"));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static ConnectorError NoValue(NodeId secret) =>
        new("LS2513", ConnectorErrorKind.Unsupported, $"`{secret.RawKey}` is no KV secret with one value, or has none now");

    private async Task<(CurrentValue? Current, ConnectorError? Error)> CurrentAsync(NodeId secret, CancellationToken cancellationToken)
    {
        if (BaoIds.KvOf(secret) is not var (mount, path))
        {
            return (null, NoValue(secret));
        }

        var reply = await api.GetAsync($"{BaoApi.Escape(mount)}/data/{BaoApi.Escape(path)}", "read a secret", cancellationToken);
        if (reply.Value?.Inner("data") is not { } fields || reply.Value.Inner("metadata")?.Number("version") is not { } version)
        {
            return (null, reply.Error ?? NoValue(secret));
        }

        var field = fields.Count == 1 ? fields.Single().Key : UsualFields.FirstOrDefault(fields.ContainsKey);
        return field is not null && fields.Text(field) is { } value
            ? (new(fields, field, value, version), null)
            : (null, NoValue(secret));
    }

    private sealed record CurrentValue(JsonObject Fields, string Field, string Value, long Version)
    {
        /// <inheritdoc/>
        public override string ToString() => "(secret)";
    }
}
