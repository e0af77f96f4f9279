using Lockstep.Bench.Graph;
using Lockstep.Bench.Offboard;
using Lockstep.Bench.Policy;

return args switch
{
    ["graph", .. var rest] => await GraphBench.RunAsync(rest),
    ["policy", "graph", .. var rest] => Measured(() => GraphPolicyBench.Run(rest is ["--quick"] ? 100_000 : 1_000_000)),
    ["policy", "http"] => await MeasuredAsync(() => HttpPolicyBench.RunAsync(perSecond: 2_000, seconds: 15)),
    ["policy"] => await AllOfPolicyAsync(),
    ["policy-load", .. var rest] => OpenLoopLoad.Run(rest),
    ["profile", .. var rest] => ProfileBench.Run(rest),
    ["engine", .. var rest] => EngineBench.Run(rest),
    ["offboard", .. var rest] => await OffboardBench.RunAsync(rest),
    _ => Usage(),
};

static int Measured(Action measure)
{
    measure();
    return 0;
}

static async Task<int> MeasuredAsync(Func<Task> measure)
{
    await measure();
    return 0;
}

static async Task<int> AllOfPolicyAsync()
{
    var result = PolicyBench.Run();
    GraphPolicyBench.Run(1_000_000);
    await HttpPolicyBench.RunAsync(perSecond: 2_000, seconds: 15);
    return result;
}

static int Usage()
{
    Console.Error.WriteLine("usage: lockstep bench policy [graph|http] Cedar decisions beside the reference, native and in WebAssembly; then (or only)");
    Console.Error.WriteLine("                                         over a graph of a million nodes, and over HTTP at 2,000 questions a second");
    Console.Error.WriteLine("       lockstep bench graph [--quick] [--size S] questions to the compact access graph");
    Console.Error.WriteLine("       lockstep bench engine [--size S|L]        the access graph alone: memory, snapshot, sweep, one change");
    Console.Error.WriteLine("       lockstep bench profile QUESTION           one kind of question over and over, for a profiler");
    Console.Error.WriteLine("       lockstep bench offboard [RUNS]    from the order to the last proof, on the demo's real systems (10 runs)");
    return 2;
}
