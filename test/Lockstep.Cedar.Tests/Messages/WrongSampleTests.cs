using Lockstep.Cedar.Entities;
using Lockstep.Cedar.Policies;
using Lockstep.Cedar.Schemas;
using Lockstep.Cedar.Text;
using Lockstep.Cedar.Validation;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Cedar.Tests.Messages;

/// <summary>
/// Wrong policies, schemas and entities, each with the whole message that a person gets. LOCKSTEP_APPROVE=1 writes the messages anew.
/// </summary>
public sealed class WrongSampleTests
{
    private static readonly string Folder = Path.Combine(OutsideFolders.Repository, "samples", "wrong");

    public static TheoryData<string> Samples => [.. Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path))
        .Where(name => char.IsAsciiDigit(name[0]) && !name.EndsWith(".txt")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Message_is_as_approved(string name)
    {
        var faults = Faults(name, File.ReadAllText(Path.Combine(Folder, name)));
        Assert.NotEmpty(faults);
        var message = string.Join('\n', faults.Select(fault => fault.Render()));
        var approved = Path.Combine(Folder, name + ".txt");
        if (Environment.GetEnvironmentVariable("LOCKSTEP_APPROVE") == "1")
        {
            File.WriteAllText(approved, message);
        }

        Assert.Equal(File.ReadAllText(approved), message);
    }

    [Fact]
    public void Every_message_about_a_text_names_line_column_and_what_was_expected()
    {
        var texts = Directory.EnumerateFiles(Folder).Select(path => Path.GetFileName(path))
            .Where(name => char.IsAsciiDigit(name[0]) && (name.EndsWith(".cedar") || name.EndsWith(".cedarschema"))).ToList();
        Assert.True(texts.Count >= 20);
        foreach (var name in texts)
        {
            Assert.All(Faults(name, File.ReadAllText(Path.Combine(Folder, name))), fault =>
                Assert.True(fault is { Line: > 0, Column: > 0, SourceLine: not null, Expected: not null }, $"{name}: {fault}"));
        }
    }

    private static IReadOnlyList<CedarDiagnostic> Faults(string name, string text)
    {
        try
        {
            if (name.EndsWith(".cedarschema"))
            {
                Schema.Parse(text);
                return [];
            }

            if (name.EndsWith(".json"))
            {
                EntityJson.Read(text);
                return [];
            }

            var schema = Schema.Parse(File.ReadAllText(Path.Combine(Folder, "base.cedarschema")));
            return [.. new Validator(schema).Validate(PolicySet.Parse(text)).Errors];
        }
        catch (CedarException fault)
        {
            return fault.Diagnostics;
        }
    }
}
