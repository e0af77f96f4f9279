using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Json;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Values;

namespace Lockstep.Cli.Cedar;

/// <summary>What the verbs of <c>cedar</c> read and how they answer.</summary>
internal static class CedarInputs
{
    private static readonly JsonSerializerOptions Layout =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Verb(string name, string description, string example)
    {
        var command = new Command(name, description);
        ExampleHelp.Set(command, example);
        return command;
    }

    public static void Add(Command command, params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else if (symbol is Argument argument)
            {
                command.Arguments.Add(argument);
            }
        }
    }

    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON." };

    public static Option<FileInfo> Policies() =>
        new("--policies", "-p") { Description = "File of policies, text or .json.", Required = true };

    public static Option<FileInfo?> Schema(bool isRequired = false) =>
        new("--schema", "-s") { Description = "File of the schema, text or .json.", Required = isRequired };

    public static Option<FileInfo?> Entities() => new("--entities", "-e") { Description = "File of entities in JSON." };

    public static Option<string?> Part(string name, bool isRequired) =>
        new($"--{name}") { Description = $"The {name}, such as 'User::\"alice\"'.", Required = isRequired };

    public static Option<FileInfo?> Context() => new("--context", "-c") { Description = "File of the context in JSON." };

    public static PolicySet Read(FileInfo file)
    {
        var text = File.ReadAllText(file.FullName);
        return IsJson(file) ? PolicyJson.Read(text) : PolicySet.Parse(text);
    }

    public static Schema? ReadSchema(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        var text = File.ReadAllText(file.FullName);
        return IsJson(file) ? Lockstep.Cedar.Schemas.Schema.ParseJson(text) : Lockstep.Cedar.Schemas.Schema.Parse(text);
    }

    public static EntityStore ReadEntities(FileInfo? file, Schema? schema) =>
        file is null ? schema?.ActionEntities ?? EntityStore.Empty : EntityJson.Read(File.ReadAllText(file.FullName), schema);

    public static EntityUid? Uid(string? text, string name) => text is null ? null
        : PolicySet.ParseExpression(text) is Expr.Literal { Value: { Kind: CedarKind.Entity } value } ? value.AsEntity
        : throw new CedarException("LS6050", $"{name} `{text}` is not an entity", "an entity is written `Type::\"id\"`");

    public static CedarRecord? ReadContext(FileInfo? file, Schema? schema, EntityUid? action)
    {
        if (file is null)
        {
            return null;
        }

        using var json = JsonDocument.Parse(File.ReadAllText(file.FullName));
        return ValueJson.Record(json.RootElement, action is null ? null : schema?.Actions.GetValueOrDefault(action)?.Context, "context");
    }

    /// <summary>Runs a verb and turns every expected fault into its message and exit code 2.</summary>
    public static int Run(bool isJson, Func<int> verb)
    {
        try
        {
            return verb();
        }
        catch (CedarException fault)
        {
            Report(fault.Diagnostics, isJson);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException)
        {
            Report([new CedarDiagnostic("LS6051", fault.Message, 0, 0)], isJson);
        }

        return ExitCode.Usage;
    }

    public static void Report(IReadOnlyList<CedarDiagnostic> faults, bool isJson)
    {
        if (isJson)
        {
            Write(new JsonObject { ["errors"] = new JsonArray([.. faults.Select(f => (JsonNode)Of(f))]) });
            return;
        }

        foreach (var fault in faults)
        {
            Console.Error.WriteLine(fault.Render());
        }
    }

    public static JsonObject Of(CedarDiagnostic fault) => new()
    {
        ["code"] = fault.Code,
        ["message"] = fault.Message,
        ["line"] = fault.Line,
        ["column"] = fault.Column,
        ["expected"] = fault.Expected,
        ["hint"] = fault.Hint,
        ["policy"] = fault.PolicyId,
    };

    public static void Write(JsonNode json) => Console.Out.WriteLine(json.ToJsonString(Layout));

    private static bool IsJson(FileInfo file) => file.Extension.Equals(".json", StringComparison.OrdinalIgnoreCase);
}
