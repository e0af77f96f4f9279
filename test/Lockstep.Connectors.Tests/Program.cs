using Lockstep.Connectors.Tests.Lab;
using Xunit.Runner.InProc.SystemConsole;

// The test program also plays the processes that a test needs to kill or to watch.
return await LabProcessTests.RunAsHelperAsync(args) ? 0 : await ConsoleRunner.Run(args);
