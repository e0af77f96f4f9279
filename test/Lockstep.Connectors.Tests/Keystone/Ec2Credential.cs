using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Lockstep.Lab;

namespace Lockstep.Connectors.Tests.Keystone;

/// <summary>An EC2 credential with its secret, as its holder has it.</summary>
internal sealed record Ec2Credential(string Access, LabSecret Secret)
{
    /// <summary>
    /// A request that the holder signed (AWS signature version 2), as the service that was sent it hands it on to Keystone.
    /// </summary>
    public JsonNode SignedRequest()
    {
        const string query = "Action=DescribeInstances&SignatureMethod=HmacSHA256&SignatureVersion=2";
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(Secret.Reveal()), Encoding.UTF8.GetBytes($"GET\nec2.acme.test\n/\n{query}"));
        return new JsonObject
        {
            ["credentials"] = new JsonObject
            {
                ["access"] = Access, ["signature"] = Convert.ToBase64String(signature), ["verb"] = "GET", ["host"] = "ec2.acme.test",
                ["path"] = "/",
                ["params"] = new JsonObject
                {
                    ["Action"] = "DescribeInstances", ["SignatureMethod"] = "HmacSHA256", ["SignatureVersion"] = "2",
                },
            },
        };
    }
}
