import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromExchange, fromGmail, fromPostfix, type Returned } from "#e2e/emulators/returned-mail";
import { stateAfterReport } from "#lib/domain/message";
import { readDeliveryReport } from "./delivery-report.ts";

const PATH = "bounce+msg_01jd3m5k7n9p1r3t5v7x9z1b3d-0123456789abcdef0123@holdpoint.example";
const facts: Returned = {
  returnPath: PATH,
  recipient: "o.hnatiuk@romashka.example",
  action: "failed",
  status: "5.1.1",
  said: "550 5.1.1 The email account that you tried to reach does not exist. Please check the address",
};
const read = (text: string) => readDeliveryReport(new TextEncoder().encode(text));
const SHAPES = { fromPostfix, fromExchange, fromGmail };

describe.each(Object.entries(SHAPES))("%s", (_, shape) => {
  test("a mail that came back: why, in our word and in the server's own sentence, and to which address", async () => {
    const report = await read(shape(facts));
    expect(report).toMatchObject({ outcome: "bounced", reason: "no_mailbox", said: facts.said });
    expect(report?.addresses).toContain(PATH);
  });

  test("a mail that is late is not called back", async () => {
    const late = { ...facts, action: "delayed", status: "4.4.1", said: "451 4.4.1 Connection timed out" } as const;
    expect(await read(shape(late))).toMatchObject({ outcome: "delayed", reason: "not_reached", said: late.said });
  });

  test("given up after days of trying: it came back, whatever the figure in front says", async () => {
    const over = { ...facts, status: "4.4.7", said: "450 4.4.7 Message expired" };
    expect(await read(shape(over))).toMatchObject({ outcome: "bounced", reason: "not_reached" });
  });

  test("delivered: nothing to say", async () => {
    expect(await read(shape({ ...facts, action: "delivered", status: "2.0.0", said: "250 2.0.0 OK" }))).toBeNull();
  });

  test("line ends of one character, and none at the end", async () => {
    expect(await read(shape(facts).replaceAll("\r\n", "\n").trimEnd())).toMatchObject({ outcome: "bounced" });
  });
});

test.each([
  ["5.1.10", "no_mailbox"],
  ["5.2.1", "no_mailbox"],
  ["5.2.2", "mailbox_full"],
  ["4.2.2", "mailbox_full"],
  ["5.7.26", "not_wanted"],
  ["5.4.14", "not_reached"],
  ["5.3.4", "returned"],
  ["5.0.0", "returned"],
])("status %s means %s", async (status, reason) => {
  expect(await read(fromExchange({ ...facts, status, said: `550 ${status} No` }))).toMatchObject({ reason });
});

test("one of several recipients of a report was not reached: that is what counts", async () => {
  const two = fromPostfix(facts).replace(
    "Final-Recipient:",
    "Final-Recipient: rfc822; other@romashka.example\r\nAction: delayed\r\nStatus: 4.0.0\r\n\r\nFinal-Recipient:",
  );
  expect(await read(two)).toMatchObject({ outcome: "bounced", reason: "no_mailbox" });
});

test("without a sentence of the server its status has to do", async () => {
  const silent = fromExchange(facts).replace(/Diagnostic-Code:.*\r\n/, "");
  expect(await read(silent)).toMatchObject({ said: "Status 5.1.1" });
});

test("what the server says is one line of text, however it is written", async () => {
  const report = await read(
    fromExchange({ ...facts, said: `550 \u202e<b>5.1.1</b>\u2028Bcc: x@y.example ${"x".repeat(999)}` }),
  );
  expect(report?.said).not.toMatch(/[\u202e\u2028\r\n]/);
  expect(report?.said?.length).toBeLessThanOrEqual(300);
});

test.each([
  [
    "an answer of a person",
    "From: a@b.example\r\nTo: PATH\r\nContent-Type: text/plain\r\n\r\nAction: failed\r\nStatus: 5.1.1",
  ],
  [
    "a note that somebody is away",
    "From: a@b.example\r\nTo: PATH\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday",
  ],
  [
    "a report that somebody forwards",
    `From: a@b.example\r\nTo: PATH\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n${fromPostfix(facts)}\r\n--x--`,
  ],
  [
    "a report that it was read",
    "To: PATH\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n\r\n--x\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822;a@b.example\r\nDisposition: automatic-action; displayed\r\n\r\n--x--",
  ],
  ["a report without a recipient", fromPostfix(facts).replace(/(Final|Original)-Recipient:.*\r\n/g, "")],
  ["nothing", ""],
])("%s is not a report about mail that came back", async (_, text) => {
  expect(await read(text.replaceAll("PATH", PATH))).toBeNull();
});

test("whatever is cut off or broken, reading ends, and invents nothing", async () => {
  const whole = fromGmail(facts);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }), async (at, noise) => {
      const bytes = new TextEncoder().encode(whole);
      const report = await readDeliveryReport(new Uint8Array([...bytes.slice(0, at), ...noise, ...bytes.slice(at)]));
      expect([undefined, "bounced"]).toContain(report?.outcome);
      await readDeliveryReport(bytes.slice(0, at));
    }),
    { numRuns: 60 },
  );
  expect(await readDeliveryReport(crypto.getRandomValues(new Uint8Array(50_000)))).toBeNull();
  const deep = Array.from(
    { length: 500 },
    (_, n) => `Content-Type: multipart/report; boundary=b${n}\r\n\r\n--b${n}\r\n`,
  );
  expect(await read(deep.join(""))).toBeNull();
});

test("reports come late, twice and out of order: a message that came back stays so", () => {
  expect(stateAfterReport("sent", "delayed")).toBe("delayed");
  expect(stateAfterReport("delayed", "bounced")).toBe("bounced");
  // We had not heard whether the server took it; now we have.
  expect(stateAfterReport("failed", "bounced")).toBe("bounced");
  for (const state of ["bounced", "refused", "dropped", "queued"] as const)
    for (const outcome of ["bounced", "delayed"] as const) expect(stateAfterReport(state, outcome)).toBeNull();
  expect(stateAfterReport("delayed", "delayed")).toBeNull();
});
