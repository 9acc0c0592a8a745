// `npm run test:races -- --times 10000`: the race pairs more often than every push runs them.
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { times: { type: "string", default: "1000" } } });
process.env.RACES = values.times;
process.argv.splice(2, Number.POSITIVE_INFINITY, "--only", "db", "race-pairs");
await import("./test.ts");
