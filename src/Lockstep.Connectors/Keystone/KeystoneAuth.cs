using System.Text.Json;
using Lockstep.Connectors.OpenStack;
using Lockstep.Secrets;

namespace Lockstep.Connectors.Keystone;

/// <summary>Writes a login.</summary>
internal static class KeystoneAuth
{
    /// <summary>Writes the inside of <c>auth</c> for our own login.</summary>
    public static void Write(Utf8JsonWriter auth, KeystoneLogin login, SecretText secret, string? scope)
    {
        switch (login)
        {
            case KeystoneLogin.ApplicationCredential credential:
                auth.WriteObject("identity", identity =>
                {
                    Methods(identity, "application_credential");
                    identity.WriteObject("application_credential", own =>
                    {
                        own.WriteString("id", credential.Id);
                        own.WriteSecret("secret", secret);
                    });
                });
                break;
            case KeystoneLogin.Password password:
                auth.WriteObject("identity", identity =>
                {
                    Methods(identity, "password");
                    identity.WriteObject("password", own => own.WriteObject("user", user =>
                    {
                        user.WriteString("name", password.UserName);
                        user.WriteObject("domain", domain => domain.WriteString("name", password.UserDomainName));
                        user.WriteSecret("password", secret);
                    }));
                });
                WriteScope(auth, password, scope);
                break;
        }
    }

    /// <summary>Writes the inside of <c>auth</c> for a try with a user's id and password, for a project or without scope.</summary>
    public static void WriteTry(Utf8JsonWriter auth, string userId, SecretText password, string? projectId = null)
    {
        auth.WriteObject("identity", identity =>
        {
            Methods(identity, "password");
            identity.WriteObject("password", own => own.WriteObject("user", user =>
            {
                user.WriteString("id", userId);
                user.WriteSecret("password", password);
            }));
        });
        if (projectId is null)
        {
            auth.WriteString("scope", KeystoneTokens.Unscoped);
        }
        else
        {
            auth.WriteObject("scope", inside => inside.WriteObject("project", project => project.WriteString("id", projectId)));
        }
    }

    private static void WriteScope(Utf8JsonWriter auth, KeystoneLogin.Password login, string? scope)
    {
        switch (scope)
        {
            case KeystoneTokens.Unscoped:
                auth.WriteString("scope", KeystoneTokens.Unscoped);
                break;
            case not null:
                auth.WriteObject("scope", inside => inside.WriteObject("project", project => project.WriteString("id", scope)));
                break;
            case null when login.SystemScope:
                auth.WriteObject("scope", inside => inside.WriteObject("system", system => system.WriteBoolean("all", true)));
                break;
            case null when login.ProjectName is { } name:
                auth.WriteObject("scope", inside => inside.WriteObject("project", project =>
                {
                    project.WriteString("name", name);
                    project.WriteObject("domain", domain => domain.WriteString("name", login.ProjectDomainName));
                }));
                break;
        }
    }

    private static void Methods(Utf8JsonWriter identity, string method)
    {
        identity.WriteStartArray("methods");
        identity.WriteStringValue(method);
        identity.WriteEndArray();
    }
}
