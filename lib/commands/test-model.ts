// `npm run test:model -- --runs 1000`: more random lives of orders than every push lives, and others.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100" },
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    path: { type: "string" },
    replay: { type: "string" },
    shrink: { type: "boolean", default: false },
  },
});
Object.assign(process.env, { MODEL_RUNS: values.runs, MODEL_SEED: values.seed });
// As a failure prints them: which of the lives, and which of its steps.
if (values.path) process.env.MODEL_PATH = values.path;
if (values.replay) process.env.MODEL_REPLAY = values.replay;
if (values.shrink) process.env.MODEL_SHRINK = "yes";
process.argv.splice(2, Number.POSITIVE_INFINITY, "--only", "db", "lives-of-orders");
await import("./test.ts");
