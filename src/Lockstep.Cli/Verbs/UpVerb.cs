using System.CommandLine;
using Lockstep.Client;
using Lockstep.Server;
using Lockstep.Server.Config;

namespace Lockstep.Cli.Verbs;

/// <summary><c>up</c>: run the server until Ctrl-C.</summary>
internal static class UpVerb
{
    private const string FirstSystem = """
        No system is connected yet. To add a first one, write a lockstep.yaml such as

          version: 1
          authority: corp-ldap
          systems:
            corp-ldap:
              kind: ldap
              address: ldaps://ldap.example.org:636
              baseDn: dc=example,dc=org
              bindDn: cn=lockstep,dc=example,dc=org
              password: { env: LOCKSTEP_LDAP_PASSWORD }

        look at it with `lockstep doctor --config lockstep.yaml`, and start again with `lockstep up --config lockstep.yaml`.
        samples/lockstep.yaml explains every key.
        """;

    internal static Command Create(Terminal terminal)
    {
        var config = new Option<string?>(
            "--config") { Description = "The configuration; ./lockstep.yaml if it is there, otherwise an empty estate" };
        var verb = VerbOptions.Verb("up", "Runs the server until Ctrl-C", "lockstep up --config lockstep.yaml", config);
        verb.SetAction((parsed, cancellationToken) => RunAsync(terminal, parsed.GetValue(config), cancellationToken));
        return verb;
    }

    /// <summary>Reads the configuration that is named or lies here; <see langword="null"/> after saying what is wrong with it.</summary>
    internal static LockstepConfig? ReadConfig(Terminal terminal, string? path)
    {
        var file = path ?? (File.Exists("lockstep.yaml") ? "lockstep.yaml" : null);
        if (file is null)
        {
            return new LockstepConfig { DataFolder = Path.Combine(Path.GetDirectoryName(RunFile.Location)!, "data") };
        }

        if (ConfigFile.Read(file) is ConfigReading.Good good)
        {
            return good.Config;
        }

        var problems = ((ConfigReading.Bad)ConfigFile.Read(file)).Problems;
        foreach (var problem in problems)
        {
            terminal.Error.WriteLine(Terminal.Safe(problem.ToString()));
        }

        terminal.Problem($"{problems.Count} things are wrong in {file}; docs/reference/diagnostics/10xx.md explains the codes");
        return null;
    }

    /// <summary>Runs on a configuration until it is cancelled.</summary>
    internal static async Task<int> RunAsync(Terminal terminal, string? path, CancellationToken cancellationToken)
    {
        if (ReadConfig(terminal, path) is not { } config)
        {
            return ExitCode.Usage;
        }

        var start = await terminal.WaitAsync("starting", LockstepHost.StartAsync(config, new HostOptions(), cancellationToken));
        if (start is not HostStart.Started { Host: var host })
        {
            var refused = (HostStart.Refused)start;
            terminal.Problem($"{refused.Code}: {refused.Detail}");
            return ExitCode.Failed;
        }

        var run = new RunFile(host.Address.ToString(), host.AdminTokenFile, Environment.ProcessId);
        await using (host)
        {
            run.Write();
            terminal.Line($"Lockstep listens at {host.Address} (documentation: {host.Address}docs); data in {host.DataFolder}");
            terminal.Line($"The admin token is in {host.AdminTokenFile}; verbs in another terminal find it by themselves. Ctrl-C stops.");
            if (config.Systems.Count == 0)
            {
                terminal.Line(FirstSystem);
            }

            await host.WaitAsync(cancellationToken);
            run.Remove();
        }

        return ExitCode.Ok;
    }
}
