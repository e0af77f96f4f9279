using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Lockstep.Lab.OpenLdap;

/// <summary>A self-signed certificate for 127.0.0.1, good for a day.</summary>
internal static class LoopbackCertificate
{
    /// <summary>Writes <c>tls.crt</c> and <c>tls.key</c> (PEM) into <paramref name="folder"/>; returns the certificate's path.</summary>
    public static string Write(LabFolder folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        folder.Write("tls.key", key.ExportPkcs8PrivateKeyPem());
        return folder.Write("tls.crt", certificate.ExportCertificatePem());
    }
}
