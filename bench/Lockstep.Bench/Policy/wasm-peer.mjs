// Answers JSON lines with cedar-wasm, so that it can be timed on the same requests. Entities travel with every call, as its API wants;
// each call is given only the entities that its request needs.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
const cedar = createRequire(process.argv[2] + "/")("@cedar-policy/cedar-wasm/nodejs");
for await (const line of createInterface({ input: process.stdin })) {
  const q = JSON.parse(line);
  if (q.op === "load") {
    const answer = cedar.preparsePolicySet("x", { staticPolicies: q.policies });
    console.log(JSON.stringify(answer.type === "success" ? { ok: true } : { error: JSON.stringify(answer) }));
    continue;
  }
  const times = [], decisions = [];
  const end = performance.now() + q.seconds * 1000;
  for (let i = 0; i < q.requests.length || performance.now() < end; i++) {
    const r = q.requests[i % q.requests.length];
    const start = performance.now();
    const answer = cedar.statefulIsAuthorized({ ...r, preparsedPolicySetId: "x", validateRequest: false });
    times.push((performance.now() - start) * 1e6);
    if (i < q.requests.length) decisions.push(answer.response?.decision ?? JSON.stringify(answer));
  }
  const mean = times.reduce((a, b) => a + b) / times.length;
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ decisions, mean_ns: mean, p50_ns: times[times.length >> 1], p99_ns: times[Math.floor((times.length - 1) * 0.99)] }));
}
