using System.CommandLine;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Validation;

namespace Lockstep.Cli.Cedar;

/// <summary><c>cedar validate</c>: policies against a schema.</summary>
internal static class CedarValidateVerb
{
    public static Command Build()
    {
        var (policies, schema, json) = (CedarInputs.Policies(), CedarInputs.Schema(isRequired: true), CedarInputs.Json());
        var command = CedarInputs.Verb(
            "validate", "Check policies strictly against a schema; all faults are shown at once. Exit code 0 when valid.",
            "lockstep cedar validate -p policies.cedar -s schema.cedarschema");
        CedarInputs.Add(command, policies, schema, json);
        command.SetAction(given => CedarInputs.Run(given.GetValue(json), () =>
        {
            var report = new Validator(CedarInputs.ReadSchema(given.GetValue(schema))!).Validate(
                CedarInputs.Read(given.GetValue(policies)!));
            if (given.GetValue(json))
            {
                CedarInputs.Write(new JsonObject
                {
                    ["valid"] = report.IsValid,
                    ["errors"] = new JsonArray([.. report.Errors.Select(e => (JsonNode)CedarInputs.Of(e))]),
                    ["warnings"] = new JsonArray([.. report.Warnings.Select(e => (JsonNode)CedarInputs.Of(e))]),
                });
            }
            else
            {
                CedarInputs.Report([.. report.Errors, .. report.Warnings], isJson: false);
                Console.Out.WriteLine(report.IsValid ? "valid" : $"{report.Errors.Length} errors");
            }

            return report.IsValid ? 0 : 1;
        }));
        return command;
    }
}
