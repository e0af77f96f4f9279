using Lockstep.Bench.Policy;

return args is ["policy", ..] ? PolicyBench.Run() : 0;
