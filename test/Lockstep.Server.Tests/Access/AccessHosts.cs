using System.Text.Json;
using Lockstep.Server.Config;
using Lockstep.Server.Tests.Api;

namespace Lockstep.Server.Tests.Access;

/// <summary>Hosts with policies of their own on who may do what, and what their ledgers say.</summary>
internal static class AccessHosts
{
    internal static Task<TestHost> StartAsync(string policies) =>
        TestHost.StartAsync(host => new PolicyConfig { Access = [host.Write("access.cedar", policies)] });

    internal static async Task<List<JsonElement>> EntriesAsync(TestHost host, string kind)
    {
        var found = new List<JsonElement>();
        await foreach (var entry in host.Host.Ledger.ReadAsync(0, CancellationToken.None))
        {
            if (entry.Kind == kind)
            {
                found.Add(entry.Payload.Clone());
            }
        }

        return found;
    }
}
