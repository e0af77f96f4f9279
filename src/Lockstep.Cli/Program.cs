using Lockstep.Cli.Verbs;

return await CommandLine.RunAsync(args, Terminal.System(), AllVerbs.Create, CancellationToken.None);
