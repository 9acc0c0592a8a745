// `npm run test:kill`: the kill points of every push; `-- --all` takes every point of every flow.
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
process.env.KILL_POINTS = values.all ? "all" : "some";
process.argv.splice(2, Number.POSITIVE_INFINITY, "--only", "e2e", "kill-points");
await import("./test.ts");
