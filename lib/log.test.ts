import { spawnSync } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { expect, test } from "vitest";
import { describeError, type LogFields, makeLog } from "#lib/log";

process.env.LOG_LEVEL = "info";

function written(act: (log: ReturnType<typeof makeLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  act(makeLog({ write: (line: string) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line));
}

test("a line says what happened to what, and when", () => {
  const [line] = written((log) => log.info("payment.recorded", { paymentId: "pay_1", ms: 12, count: 3n }));
  expect(line).toMatchObject({ level: "info", event: "payment.recorded", paymentId: "pay_1", ms: 12, count: "3" });
  expect(line?.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test("what is not on the list does not get in, whoever insists", () => {
  const smuggled = { orderId: "ord_1", body: "4444 5555 6666 1111", headers: { authorization: "Bearer x" } };
  const text = JSON.stringify(written((log) => log.warn("webhook.refused", smuggled as LogFields)));
  expect(text).toContain("ord_1");
  expect(text).not.toMatch(/4444|Bearer/);
});

test("of a database error remain its code and constraint, not its message, query or parameters", () => {
  const cause = Object.assign(new Error('duplicate key value: (email)=(olena@example.com)"'), {
    name: "PostgresError",
    code: "23505",
    constraint_name: "users_email_key",
    detail: "Key (email)=(olena@example.com) already exists.",
  });
  const error = new Error("Failed query: insert into users values ($1)\nparams: olena@example.com,hunter2", { cause });
  const text = JSON.stringify(written((log) => log.error("request.failed", { error })));
  expect(text).toMatch(/23505/);
  expect(text).toMatch(/users_email_key/);
  expect(text).not.toMatch(/olena|hunter2|insert into/);
});

test("a slip in our own code keeps its message", () => {
  expect(describeError(new TypeError("order.lines is not iterable")).errorMessage).toBe("order.lines is not iterable");
  expect(describeError("just text")).toEqual({ errorName: "string" });
});

test("a very long value is cut, and a line break cannot fake a second line", () => {
  const lines = written((log) => log.info("x", { reason: `${"a".repeat(5000)}\n{"level":"info"}` }));
  expect(lines).toHaveLength(1);
  expect(String(lines[0]?.reason).length).toBeLessThan(400);
});

test("a full disk under the log neither stops nor crashes the program", () => {
  expect(existsSync("/dev/full"), "this test needs /dev/full").toBe(true);
  const program = `
    const { log } = await import("#lib/log");
    for (let n = 0; n < 2000; n++) log.info("line.written", { count: n });
    await new Promise((done) => setTimeout(done, 300));
    log.info("line.written", { count: -1 });
    process.stderr.write("still here");
    process.exit(0);`;
  const outcome = spawnSync(process.execPath, ["--conditions=react-server", "--input-type=module", "--eval", program], {
    stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    encoding: "utf8",
    timeout: 25_000,
  });
  expect(outcome.stderr).toContain("still here");
  expect(outcome.status).toBe(0);
});
