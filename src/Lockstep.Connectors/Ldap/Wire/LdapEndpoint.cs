using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Lockstep.Connectors.Ldap.Wire;

/// <summary>How the connection is protected.</summary>
internal enum LdapSecurity
{
    None,
    StartTls,
    Ldaps,
}

/// <summary>Where the directory is and how to reach it.</summary>
internal sealed record LdapEndpoint(string Host, int Port, LdapSecurity Security, string? AuthorityFile, TimeSpan Timeout)
{
    public static LdapEndpoint Of(LdapSettings settings)
    {
        var isTls = settings.Address.Scheme == "ldaps";
        var security = isTls ? LdapSecurity.Ldaps : settings.StartTls ? LdapSecurity.StartTls : LdapSecurity.None;
        var port = settings.Address.Port > 0 ? settings.Address.Port : isTls ? 636 : 389;
        return new(settings.Address.Host, port, security, settings.AuthorityFile, settings.Timeout);
    }
}

/// <summary>Which server certificates are trusted: the machine's authorities, or only those of a file.</summary>
internal static class LdapTrust
{
    public static SslClientAuthenticationOptions Options(LdapEndpoint endpoint)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Host };
        if (endpoint.AuthorityFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode =
                X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            options.CertificateChainPolicy = policy;
        }

        return options;
    }
}
