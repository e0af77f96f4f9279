using Lockstep.Bench.Graph;
using Lockstep.Bench.Offboard;
using Lockstep.Bench.Policy;

return args switch
{
    ["graph", .. var rest] => await GraphBench.RunAsync(rest),
    ["policy", ..] => PolicyBench.Run(),
    ["offboard", .. var rest] => await OffboardBench.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: lockstep bench policy             Cedar decisions beside the reference, native and in WebAssembly");
    Console.Error.WriteLine("       lockstep bench graph [--quick] [--size S] questions to the compact access graph");
    Console.Error.WriteLine("       lockstep bench offboard [RUNS]    from the order to the last proof, on the demo's real systems (10 runs)");
    return 2;
}
