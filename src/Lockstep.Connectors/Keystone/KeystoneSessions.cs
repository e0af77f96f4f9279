using System.Collections.Concurrent;
using System.Text.Json;
using Lockstep.Connectors.OpenStack;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>
/// Ends all tokens of an account that stays in use. Keystone lists no tokens, and ends them all only when the account is disabled; so it
/// is disabled for about two seconds and enabled again. Its password stays.
/// </summary>
internal sealed class KeystoneSessions(KeystoneApi api, TimeProvider time)
{
    private const string Mark = "lockstep_ends_sessions";
    private readonly ConcurrentDictionary<string, bool> _ended = new(StringComparer.Ordinal);

    /// <summary>
    /// Says whether we ended an account's tokens since we started. A revocation event alone may be of another day; after a restart the
    /// cut is simply made again.
    /// </summary>
    public bool HasEnded(string userId) => _ended.ContainsKey(userId);

    /// <summary>Ends all tokens. The account carries the step's name while it is off: a repeat after a crash enables it again.</summary>
    public async Task<CutOutcome> EndAsync(string userId, StepKey key, CancellationToken cancellationToken)
    {
        var user = await ReadAsync(userId, cancellationToken);
        if (user.Error is { } unread)
        {
            return new CutOutcome.Failed(unread);
        }

        if (user.Value is null)
        {
            return new CutOutcome.Acknowledged("GET /users: 404, the account and its tokens no longer exist");
        }

        if (!user.Value.User.Enabled && user.Value.User.LockstepEndsSessions != key.ToString())
        {
            return new CutOutcome.Acknowledged("the account is disabled: no token of it is valid");
        }

        var off = await PatchAsync(userId, "end an account's tokens", cancellationToken, (Mark, key.ToString()), ("enabled", false));
        if (off.Error is { } failed)
        {
            return new CutOutcome.Failed(failed);
        }

        await PassWholeSecondAsync(cancellationToken);
        var on = await PatchAsync(userId, "enable an account again", cancellationToken, (Mark, null), ("enabled", true));
        if (on.Error is { } stuck)
        {
            return new CutOutcome.Failed(stuck);
        }

        _ended[userId] = true;
        return new CutOutcome.Acknowledged("PATCH /users enabled=false: 200, which revokes every token; enabled=true: 200");
    }

    /// <summary>Reads an account.</summary>
    public Task<Reply<UserAnswer>> ReadAsync(string userId, CancellationToken cancellationToken) =>
        api.GetAsync(Path(userId), "read an account", KeystoneJson.Default.UserAnswer, cancellationToken);

    /// <summary>Enables or disables an account.</summary>
    public Task<Reply<bool>> SetEnabledAsync(string userId, bool isEnabled, CancellationToken cancellationToken) =>
        PatchAsync(userId, "disable an account", cancellationToken, ("enabled", isEnabled));

    /// <summary>Replaces an account's password.</summary>
    public Task<Reply<bool>> SetPasswordAsync(string userId, SecretText password, CancellationToken cancellationToken) =>
        api.SendAsync(
            () => new OpenStackCall(HttpMethod.Patch, Path(userId), "replace a password")
                .With(json => json.WriteObject("user", user => user.WriteSecret("password", password))),
            cancellationToken);

    /// <summary>Waits until a revocation of now is surely before a login: Keystone keeps revocation times in whole seconds.</summary>
    public Task PassWholeSecondAsync(CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(2100 - time.GetUtcNow().Millisecond), time, cancellationToken);

    private static string Path(string userId) => $"users/{Uri.EscapeDataString(userId)}";

    private Task<Reply<bool>> PatchAsync(
        string userId, string what, CancellationToken cancellationToken, params (string Name, object? Value)[] properties) =>
        api.SendAsync(
            () => new OpenStackCall(HttpMethod.Patch, Path(userId), what).With(json => json.WriteObject("user", user =>
            {
                foreach (var (name, value) in properties)
                {
                    Write(user, name, value);
                }
            })),
            cancellationToken);

    private static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case bool flag:
                json.WriteBoolean(name, flag);
                break;
            case string text:
                json.WriteString(name, text);
                break;
            default:
                json.WriteNull(name);
                break;
        }
    }
}
