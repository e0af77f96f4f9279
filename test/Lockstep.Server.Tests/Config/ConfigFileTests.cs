using Lockstep.Reconciliation;
using Lockstep.Server.Config;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.Config;

public class ConfigFileTests
{
    [Fact]
    public void The_sample_is_good()
    {
        var good = Assert.IsType<ConfigReading.Good>(ConfigFile.Read(Path.Combine(OutsideFolders.Repository, "samples/lockstep.yaml")));

        Assert.Equal("corp-ldap", good.Config.Rules.AuthoritySystem);
        Assert.Equal(SystemKind.All.Select(k => k.Word).Order(), good.Config.Systems.Select(s => s.Kind).Distinct().Order());
        Assert.Contains(good.Config.Rules.Rules, r => r is CorrelationRule.ByKey);
    }

    [Fact]
    public async Task The_configuration_in_each_guide_is_good()
    {
        var (read, folder) = (0, Directory.CreateTempSubdirectory("ls-guides-").FullName);
        foreach (var guide in Directory.GetFiles(Path.Combine(OutsideFolders.Repository, "docs/guides"), "*.md"))
        {
            foreach (var block in (await File.ReadAllTextAsync(guide)).Split("```yaml\n").Skip(1).Select(b => b.Split("```")[0]))
            {
                var file = Path.Combine(folder, "lockstep.yaml");
                await File.WriteAllTextAsync(file, block);
                Assert.True(ConfigFile.Read(file) is ConfigReading.Good, $"{guide}: {ConfigFile.Read(file)}");
                read++;
            }
        }

        Directory.Delete(folder, recursive: true);
        Assert.True(read > 0);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_place()
    {
        const string Text = """
            version: 1
            colour: red
            authority: nowhere
            observe: { every: soon }
            systems:
              Corp:
                kind: ldap
              dir:
                kind: ldap
                address: http://ldap.example.org
                baseDn: dc=example
                bindDn: cn=lockstep
                password: hunter2-literal
              cloud:
                kind: mainframe
              files:
                kind: facts
            match:
              - system: elsewhere
                by: key
              - system: dir
                by: attribute
            """;
        const string Expected = """
            2:1: LS1003: colour
            4:19: LS1005: observe.every
            6:3: LS1005: systems.Corp
            10:14: LS1005: systems.dir.address
            13:15: LS1006: systems.dir.password
            15:5: LS1005: systems.cloud.kind
            17:5: LS1004: systems.files.folder
            3:12: LS1008: authority
            19:13: LS1008: match[0].system
            21:5: LS1004: match[1].accountAttribute
            """;

        var problems = Read(Text);

        Assert.Equal(Expected.ReplaceLineEndings("\n"), string.Join('\n', problems.Select(p => $"{p.Line}:{p.Column}: {p.Code}: {p.Key}")));
        Assert.All(problems, p => Assert.DoesNotContain("hunter2", p.ToString(), StringComparison.Ordinal));
        Assert.All(problems, p => Assert.StartsWith("/", p.File, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("version: [", "LS1002")]
    [InlineData("", "LS1002")]
    [InlineData("version: 2", "LS1005")]
    [InlineData("version: 1\nversion: 1", "LS1002")]
    public void What_is_no_configuration_is_refused(string text, string code) => Assert.Equal(code, Read(text)[0].Code);

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Equal("LS1001", Assert.IsType<ConfigReading.Bad>(ConfigFile.Read("/nonexistent/lockstep.yaml")).Problems[0].Code);

    [Fact]
    public async Task Secrets_come_from_environment_file_and_command()
    {
        var folder = Directory.CreateTempSubdirectory("ls-secret-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "value"), "from a file\n");
        Environment.SetEnvironmentVariable("LOCKSTEP_TEST_SECRET", "from the environment");

        using var environment = await new EnvironmentSecret("LOCKSTEP_TEST_SECRET").ReadAsync(CancellationToken.None);
        using var file = await new FileSecret(Path.Combine(folder, "value")).ReadAsync(CancellationToken.None);
        using var command = await new CommandSecret(["printf", "from a command"], folder).ReadAsync(CancellationToken.None);

        Assert.True(environment.Matches("from the environment"u8));
        Assert.True(file.Matches("from a file"u8));
        Assert.True(command.Matches("from a command"u8));
        await Assert.ThrowsAsync<IOException>(
            async () => await new EnvironmentSecret("LOCKSTEP_NOT_SET").ReadAsync(CancellationToken.None));
        await Assert.ThrowsAsync<IOException>(async () => await new CommandSecret(["false"], folder).ReadAsync(CancellationToken.None));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_published_schema_is_what_the_code_reads()
    {
        var path = Path.Combine(OutsideFolders.Repository, "docs/reference/lockstep.schema.json");
        var now = ConfigSchema.Write();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1" && Environment.GetEnvironmentVariable("CI") is null)
        {
            File.WriteAllText(path, now);
        }

        Assert.Equal(now, File.ReadAllText(path));
    }

    private static IReadOnlyList<ConfigProblem> Read(string text)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        try
        {
            return Assert.IsType<ConfigReading.Bad>(ConfigFile.Read(file)).Problems;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
