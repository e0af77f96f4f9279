using Lockstep.Client;

namespace Lockstep.Ask;

/// <summary>Finds the server and the token: from the environment, or from the file that a server of the same user left.</summary>
internal static class ServerAccess
{
    internal const string UnlessSaid = "http://127.0.0.1:7811";

    /// <summary>Makes the client.</summary>
    /// <exception cref="ApiException">The environment names a file that cannot be read, or an address that is none.</exception>
    internal static LockstepClient Connect()
    {
        var run = RunFile.Find();
        var url = Variable("LOCKSTEP_URL") ?? run?.Url ?? UnlessSaid;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw Wrong("LOCKSTEP_URL is not an address such as http://127.0.0.1:7811");
        }

        var token = Variable("LOCKSTEP_TOKEN")
            ?? (Variable("LOCKSTEP_TOKEN_FILE") is { } file ? Read(file, isNamed: true) : null)
            ?? (Variable("LOCKSTEP_URL") is null && run is not null ? Read(run.TokenFile, isNamed: false) : null);
        return new LockstepClient(address, token);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? Read(string path, bool isNamed)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return isNamed ? throw Wrong($"LOCKSTEP_TOKEN_FILE names `{path}`, which cannot be read") : null;
        }
    }

    private static ApiException Wrong(string detail) => new(400, new ApiProblem(Detail: detail, Code: "LS1013"));
}
