using Lockstep.Connectors.OpenStack;

namespace Lockstep.Connectors.OpenBao;

/// <summary>Finds out whether our token is taken, and which listings it opens.</summary>
internal sealed class BaoCheckup(BaoApi api, OpenBaoSettings settings)
{
    private static readonly (string Path, string What)[] Listings =
    [
        ("sys/policies/acl", "policies"), ("identity/entity/id", "entities"), ("identity/group/id", "groups"),
        ("auth/token/accessors", "token accessors (needs `sudo`)"),
    ];

    /// <summary>Looks.</summary>
    public async Task<Checkup> CheckAsync(CancellationToken cancellationToken)
    {
        var self = await api.SelfAsync(cancellationToken);
        if (self.Value is null)
        {
            var error = self.Error ?? api.Errors.Malformed("look up our own token");
            return new(false, null, [new(true, $"{error.Code}: {error.Detail}")]);
        }

        var health = await api.SendAsync(
            new(HttpMethod.Get, "sys/health", "ask for its health"), OpenStackHttp.Json(BaoHealth.Shape), cancellationToken);
        var notes = new List<CheckupNote>();
        foreach (var (path, what) in Listings)
        {
            var keys = await api.ListAsync(path, $"list {what}", cancellationToken);
            notes.Add(keys.Value is { } listed
                ? new(false, $"lists {listed.Count} {what}")
                : new(true, $"cannot list {what}: {keys.Error?.Detail}; `list` on `{path}` can"));
        }

        notes.Add(settings.AuditFile is not { } log
            ? new(true, "no `auditFile`: who holds a lease, who made an orphan token, batch tokens and who read a value are not known")
            : File.Exists(log) ? new(false, "reads the audit log for who was given what")
            : new(true, "the audit log cannot be read: correct `auditFile`, or let the user of Lockstep read it"));
        notes.Add(new(false, "batch tokens are in no listing; they end with their entity, parent or policy, or when they expire"));
        return new(true, health.Value?.Version, notes);
    }
}
