using Lockstep.Cli.Demo;
using Lockstep.Lab;
using Lockstep.Testing;
using Xunit;

namespace Lockstep.Server.Tests.EndToEnd;

/// <summary>The lab with the seeded company, and Lockstep as a process of its own. One for the class that asks.</summary>
public class StageFixture : IAsyncLifetime
{
    /// <summary>Every generated password and secret of this lab contains it.</summary>
    public string Canary { get; } = $"kanarie{Guid.NewGuid():N}"[..20];

    internal DemoStage Stage { get; private set; } = null!;

    internal virtual Func<DemoStage, string>? FactsFolder => null;

    internal virtual LabOptions Lab => new() { Systems = LabSystems.All, PackedSystems = OutsideFolders.Lab };

    /// <summary>Gets the program that is Lockstep, built beside the tests.</summary>
    public static string CliPath { get; } =
        Path.Combine(FindRoot(AppContext.BaseDirectory), "artifacts", "bin", "Lockstep.Cli", "release", "Lockstep.Cli.dll");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "the lab's servers need Linux and root");
        var run = Directory.CreateTempSubdirectory("ls-run-").FullName;
        var setup = new DemoSetup("dotnet", [CliPath])
        {
            Canary = Canary,
            FactsFolder = FactsFolder,
            Lab = Lab,

            // What `up` writes for the verbs of its user must not be found by verbs that have nothing to do with this run.
            Environment = new Dictionary<string, string> { ["XDG_RUNTIME_DIR"] = run },
        };
        Stage = await DemoStage.StartAsync(
            setup, new Narrator(TextWriter.Null, TimeProvider.System), TimeProvider.System, CancellationToken.None);
        await Stage.Client.ObserveAsync(new Client.ObserveRequest(), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Stage is not null)
        {
            await Stage.DisposeAsync();
        }
    }

    internal static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    private static string FindRoot(string from) =>
        File.Exists(Path.Combine(from, "BannedSymbols.txt")) ? from : FindRoot(Path.GetDirectoryName(from)!);
}
