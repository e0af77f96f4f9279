using System.Text.Json.Nodes;
using Lockstep.Lab.Keystone;

namespace Lockstep.Lab.Payments;

/// <summary>Finds the database password the way a workload does: application credential, token, container, newest secret in it.</summary>
internal sealed class PaymentsSecret(PaymentsServiceFile settings) : IDisposable
{
    private LabHttp? _vault;

    /// <summary>The value that is current now.</summary>
    /// <exception cref="LabException">LS8004: the identity service or the vault did not answer as it should.</exception>
    public async Task<LabSecret> ReadAsync(CancellationToken cancellation)
    {
        _vault ??= await OpenAsync(cancellation);
        try
        {
            var container = await _vault.SendAsync("GET", new Uri(settings.Container).AbsolutePath, cancellation: cancellation);
            var members = container.Body!["secret_refs"]!.AsArray();
            var newest = members.LastOrDefault(m => (string?)m!["name"] == "password")
                ?? throw new LabException("LS8004", "the container has no secret named password");
            var secret = new Uri((string)newest["secret_ref"]!).AbsolutePath;
            var payload = await _vault.SendAsync("GET", $"{secret}/payload", accept: "text/plain", cancellation: cancellation);
            return new LabSecret(payload.Text);
        }
        catch (LabException)
        {
            // The token may be what is refused; the next try begins with a new one.
            Dispose();
            _vault = null;
            throw;
        }
    }

    public void Dispose() => _vault?.Dispose();

    private async Task<LabHttp> OpenAsync(CancellationToken cancellation)
    {
        var secret = new LabSecret((await File.ReadAllTextAsync(settings.SecretFile, cancellation)).Trim());
        JsonNode login = KeystoneServer.ApplicationCredentialLogin(settings.ApplicationCredentialId, secret);
        using var keystone = new LabHttp(settings.KeystoneUrl);
        var answer = await keystone.SendAsync("POST", new Uri(settings.KeystoneUrl).AbsolutePath + "/auth/tokens", login,
            cancellation: cancellation);
        var token = answer.Headers.GetValues("X-Subject-Token").Single();
        return new LabHttp(
            new Uri(settings.Container).GetLeftPart(UriPartial.Authority),
            new Dictionary<string, string> { ["X-Auth-Token"] = token });
    }
}
