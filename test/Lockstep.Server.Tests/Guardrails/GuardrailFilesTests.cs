using Lockstep.Server.Config;
using Lockstep.Server.Guardrails;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.Guardrails;

/// <summary>What can be wrong with a guardrail's file, and that the samples are right.</summary>
public class GuardrailFilesTests
{
    private const string Good =
        "@id(\"good\") @owner(\"kim\") @about(\"no\") @severity(\"low\") @controls(\"sod-conflict, iso_27001_2022:A.9.9\")\n";

    [Theory]
    [InlineData("forbid (principal, action, resource);", "a.cedar:1:1: LS6091", "@id")]
    [InlineData("@id(\"Not An Id\") @owner(\"k\") @about(\"n\") @severity(\"low\") @controls(\"none\") forbid (principal, action, resource);", "a.cedar:1:1: LS6091", "Not An Id")]
    [InlineData("\n@id(\"x\") @owner(\"k\") @about(\"n\") @severity(\"dire\") @controls(\"none\") forbid (principal, action, resource);", "a.cedar:2:1: LS6094", "dire")]
    [InlineData("@id(\"x\") @owner(\"k\") @about(\"n\") @severity(\"low\") @controls(\"AC-6\") forbid (principal, action, resource);", "a.cedar:1:1: LS6094", "AC-6")]
    [InlineData(Good + "permit (principal, action, resource);", "a.cedar:1:1: LS6092", "permits nothing")]
    [InlineData(Good + "forbid (principal == ?principal, action, resource);", "a.cedar:1:1: LS6092", "template")]
    [InlineData("// nothing", "a.cedar: LS6092", "no policy")]
    [InlineData(Good + "forbid (principal, action, resource);\nforbid (principal, action == Action::\"x\", resource);", "a.cedar:3:1: LS6093", "no name")]
    [InlineData(Good + "@part(\"p\") forbid (principal, action, resource);\n@part(\"p\") forbid (principal, action, resource);", "a.cedar:3:1: LS6093", "twice")]
    [InlineData(Good + "forbid (principal, action, resource) when { principal.colour == \"red\" };", "a.cedar:2:45: LS6041", "colour")]
    [InlineData(Good + "forbid (principal, action, resource) when { principal has reaches && principal.reaches };", "a.cedar:1:1: LS6042", "LS60")]
    [InlineData(Good + "forbid (principal is Secret, action, resource);", "a.cedar:", "LS604")]
    [InlineData(Good + "forbid (principal, action, resource)", "a.cedar:2:37: LS6003", "expected")]
    public void What_is_wrong_is_told_with_its_place(string text, string place, string says)
    {
        var problems = Wrong(("a.cedar", text));

        Assert.Contains(problems, p => p.Contains(place, StringComparison.Ordinal) && p.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_wrong_with_a_set_is_told_at_once()
    {
        var right = Good + "forbid (principal, action, resource);";
        var problems = Wrong(
            ("a.cedar", right), ("b.cedar", right), ("c.cedar", "forbid (principal, action);"), ("d.cedar", "permit (principal, action, resource);"));

        Assert.Contains(problems, p => p.Contains("b.cedar: LS6005", StringComparison.Ordinal) && p.Contains("a.cedar", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("c.cedar:1:", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains("d.cedar:1:1: LS6092", StringComparison.Ordinal));
        Assert.Equal(5, problems.Count(p => p.Contains("d.cedar:1:1: LS6091", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_missing_file_and_an_empty_folder_are_no_guardrails_that_hold()
    {
        var empty = Directory.CreateTempSubdirectory("ls-guardrails-").FullName;
        var reading = GuardrailFiles.Read(new PolicyConfig { Guardrails = [empty, Path.Combine(empty, "missing.cedar")] });
        Directory.Delete(empty);

        Assert.Equal(2, Assert.IsType<GuardrailReading.Bad>(reading).Problems.Count(p => p.Fault.Code == "LS6051"));
    }

    [Fact]
    public void The_samples_can_run_and_name_their_controls()
    {
        var samples = Path.Combine(OutsideFolders.Repository, "samples", "guardrails");

        var set = Assert.IsType<GuardrailReading.Good>(GuardrailFiles.Read(new PolicyConfig { Guardrails = [samples] })).Set;

        Assert.Equal(Directory.GetFiles(samples, "*.cedar").Length, set.Guardrails.Count);
        Assert.All(set.Guardrails, g => Assert.NotEmpty(g.Controls));
        Assert.Equal(["approves", "receives"], set.Guardrails.Single(g => g.Id == "no-approving-and-receiving").Parts);
        Assert.True(set is { AsksExistence: true, FollowsOwners: true, Named.Count: 0 });
    }

    private static List<string> Wrong(params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateTempSubdirectory("ls-guardrails-").FullName;
        foreach (var (name, text) in files)
        {
            File.WriteAllText(Path.Combine(folder, name), text);
        }

        var reading = GuardrailFiles.Read(new PolicyConfig { Guardrails = [folder] });
        Directory.Delete(folder, recursive: true);
        return [.. Assert.IsType<GuardrailReading.Bad>(reading).Problems.Select(p => p.ToString())];
    }
}
