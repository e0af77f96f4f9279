using System.Text.Json.Nodes;

namespace Lockstep.Lab.Keystone;

/// <summary>What the lab does in Keystone as its administrator; ids are Keystone's own.</summary>
public sealed class KeystoneAdmin(LabHttp http) : IDisposable
{
    private readonly Dictionary<string, string> _roles = [];
    private readonly Stack<string> _added = [];

    /// <summary>The client itself, with the administrator's token.</summary>
    public LabHttp Http => http;

    /// <summary>Logs in as the administrator.</summary>
    public static async Task<KeystoneAdmin> OpenAsync(KeystoneServer keystone, CancellationToken cancellation = default) =>
        new(await keystone.AdminClientAsync(cancellation));

    /// <summary>The id of a role by name, added where it is not there.</summary>
    public async Task<string> RoleAsync(string name)
    {
        if (_roles.TryGetValue(name, out var known))
        {
            return known;
        }

        if (await FindRoleAsync(name) is { } found)
        {
            return _roles[name] = found;
        }

        // Whoever else adds it at the same time is as good: Keystone answers the later one with 409.
        var added = await http.TryAsync("POST", "/v3/roles", new JsonObject { ["role"] = new JsonObject { ["name"] = name } });
        return _roles[name] = await FindRoleAsync(name)
            ?? throw new LabException("LS8004", $"POST /v3/roles answered {added.Status} and there is no role `{name}`");
    }

    /// <summary>Adds a domain; returns its id.</summary>
    public Task<string> AddDomainAsync(string name) => AddAsync("domain", new JsonObject { ["name"] = name });

    /// <summary>Adds a project; returns its id.</summary>
    public Task<string> AddProjectAsync(string name, string domain = "default") =>
        AddAsync("project", new JsonObject { ["name"] = name, ["domain_id"] = domain });

    /// <summary>Adds a group; returns its id.</summary>
    public Task<string> AddGroupAsync(string name, string domain = "default") =>
        AddAsync("group", new JsonObject { ["name"] = name, ["domain_id"] = domain });

    /// <summary>Adds a user; returns its id.</summary>
    /// <param name="name">Name within its domain.</param>
    /// <param name="password">Its password.</param>
    /// <param name="email">The attribute that matches it to an identity; empty for none.</param>
    /// <param name="description">For example the employee number; empty for none.</param>
    /// <param name="domain">The domain's id.</param>
    public Task<string> AddUserAsync(string name, LabSecret password, string email = "", string description = "", string domain = "default")
    {
        var user = new JsonObject { ["name"] = name, ["domain_id"] = domain, ["password"] = password.Reveal() };
        if (email.Length > 0)
        {
            user["email"] = email;
        }

        if (description.Length > 0)
        {
            user["description"] = description;
        }

        return AddAsync("user", user);
    }

    /// <summary>Puts a user into a group.</summary>
    public Task JoinAsync(string user, string group) => http.SendAsync("PUT", $"/v3/groups/{group}/users/{user}");

    /// <summary>Grants a role (by name) on a project to a user.</summary>
    public async Task GrantAsync(string project, string user, string role) =>
        await http.SendAsync("PUT", $"/v3/projects/{project}/users/{user}/roles/{await RoleAsync(role)}");

    /// <summary>Grants a role (by name) on a project to a group.</summary>
    public async Task GrantToGroupAsync(string project, string group, string role) =>
        await http.SendAsync("PUT", $"/v3/projects/{project}/groups/{group}/roles/{await RoleAsync(role)}");

    /// <summary>Grants a role (by name) on the whole system to a user.</summary>
    public async Task GrantOnSystemAsync(string user, string role) =>
        await http.SendAsync("PUT", $"/v3/system/users/{user}/roles/{await RoleAsync(role)}");

    /// <summary>The id of a user of domain <c>default</c> by name.</summary>
    public async Task<string> UserIdAsync(string name) =>
        (string)(await http.SendAsync("GET", $"/v3/users?name={Uri.EscapeDataString(name)}&domain_id=default")).Body!["users"]![0]!["id"]!;

    /// <summary>How many users, groups and projects were added here and are still there.</summary>
    public int Added => _added.Count;

    /// <summary>Removes what was added here but for the first <paramref name="keep"/>: whoever lists asks about each that is there.</summary>
    public async Task RemoveAddedAsync(int keep = 0)
    {
        while (_added.Count > keep)
        {
            await http.TryAsync("DELETE", _added.Pop());
        }
    }

    /// <summary>Closes the client.</summary>
    public void Dispose() => http.Dispose();

    private async Task<string?> FindRoleAsync(string name) =>
        (string?)(await http.SendAsync("GET", $"/v3/roles?name={Uri.EscapeDataString(name)}")).Body!["roles"]!.AsArray().FirstOrDefault()?["id"];

    private async Task<string> AddAsync(string kind, JsonObject content)
    {
        var answer = await http.SendAsync("POST", $"/v3/{kind}s", new JsonObject { [kind] = content });
        var id = (string)answer.Body![kind]!["id"]!;
        if (kind is "user" or "group" or "project")
        {
            _added.Push($"/v3/{kind}s/{id}");
        }

        return id;
    }
}
