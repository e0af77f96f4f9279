using System.CommandLine;
using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Evaluation;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Validation;
using Lockstep.Cedar.Values;

namespace Lockstep.Cli.Cedar;

/// <summary>The options of verbs that ask about a request.</summary>
internal sealed class CedarRequestOptions
{
    private readonly Option<FileInfo> _policies = CedarInputs.Policies();
    private readonly Option<FileInfo?> _schema = CedarInputs.Schema();
    private readonly Option<FileInfo?> _entities = CedarInputs.Entities();
    private readonly Option<string?> _principal;
    private readonly Option<string?> _action;
    private readonly Option<string?> _resource;
    private readonly Option<FileInfo?> _context = CedarInputs.Context();
    private readonly Option<bool> _json = CedarInputs.Json();

    public CedarRequestOptions(Command command, bool isPartial)
    {
        _principal = CedarInputs.Part("principal", !isPartial);
        _action = CedarInputs.Part("action", !isPartial);
        _resource = CedarInputs.Part("resource", !isPartial);
        foreach (var option in (Option[])[_policies, _schema, _entities, _principal, _action, _resource, _context, _json])
        {
            command.Options.Add(option);
        }
    }

    public bool IsJson(ParseResult given) => given.GetValue(_json);

    public CedarQuestion Read(ParseResult given)
    {
        var schema = CedarInputs.ReadSchema(given.GetValue(_schema));
        var action = CedarInputs.Uid(given.GetValue(_action), "action");
        return new(
            new Authorizer(CedarInputs.Read(given.GetValue(_policies)!)),
            schema,
            CedarInputs.ReadEntities(given.GetValue(_entities), schema),
            CedarInputs.Uid(given.GetValue(_principal), "principal"),
            action,
            CedarInputs.Uid(given.GetValue(_resource), "resource"),
            CedarInputs.ReadContext(given.GetValue(_context), schema, action));
    }
}

/// <summary>A question as it was given on the command line.</summary>
internal sealed record CedarQuestion(
    Authorizer Authorizer, Schema? Schema, EntityStore Entities, EntityUid? Principal, EntityUid? Action, EntityUid? Resource,
        CedarRecord? Context)
{
    /// <summary>Makes the whole request, checked against the schema where there is one.</summary>
    public AuthorizationRequest ToRequest()
    {
        var request = new AuthorizationRequest(Principal!, Action!, Resource!, Context ?? CedarRecord.Empty);
        if (Schema is not null)
        {
            new Conformance(Schema).Check(request);
        }

        return request;
    }
}
