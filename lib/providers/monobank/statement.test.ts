import { afterEach, beforeEach, expect, test } from "vitest";
import { account, type TinyServer, tinyServer } from "../fixtures.ts";
import { httpClient } from "../http.ts";
import { makeMonobank } from "./provider.ts";

let list: unknown;
let path = "";
let bank: TinyServer;
beforeEach(async () => {
  bank = await tinyServer((request, response) => {
    path = request.url ?? "";
    response.writeHead(200).end(JSON.stringify({ list }));
  });
});
afterEach(() => bank.stop());

const read = () =>
  makeMonobank({
    http: httpClient(),
    base: () => ({ url: bank.url, overridden: true }),
  }).readStatement?.(account("monobank"), {
    from: new Date("2026-11-19T10:00:00.900Z"),
    to: new Date("2026-11-20T10:00:00.100Z"),
  });

const row = {
  invoiceId: "2611209uKpQzXvMw4r7d",
  status: "success",
  maskedPan: "444403******1902",
  date: "2026-11-20T09:15:52Z",
  paymentScheme: "full",
  amount: 149_950,
  profitAmount: 148_001,
  ccy: 980,
  reference: "SO-1042-1",
};

test("asks in whole seconds that leave nothing out, and reads what went back as a sum", async () => {
  const cancel = { ccy: 980, date: "2026-11-20T09:20:00Z", maskedPan: "444403******1902" };
  list = [
    {
      ...row,
      cancelList: [
        { ...cancel, amount: 10_000 },
        { ...cancel, amount: 5_000 },
      ],
    },
  ];
  expect(await read()).toEqual({
    ok: true,
    value: {
      unreadable: 0,
      lines: [
        {
          reference: "SO-1042-1",
          providerPaymentId: "2611209uKpQzXvMw4r7d",
          providerStatus: "success",
          money: "taken",
          amountMinor: 149_950n,
          currency: "UAH",
          backMinor: 15_000n,
          maskedCard: "444403******1902",
          at: new Date("2026-11-20T09:15:52Z"),
        },
      ],
    },
  });
  expect(path).toBe("/api/merchant/statement?from=1795082400&to=1795168801");
});

test.each([
  ["hold", "held"],
  ["success", "taken"],
  ["reversed", "taken"],
  ["processing", "none"],
  ["failure", "none"],
  ["reticulating", "unknown"],
  ["constructor", "unknown"],
])("%s means: %s", async (status, money) => {
  list = [{ ...row, status }];
  expect(await read()).toMatchObject({ ok: true, value: { lines: [{ money }] } });
});

test("a row that is none is counted, and the others are read", async () => {
  list = [null, { ...row, amount: 1.5 }, { ...row, invoiceId: "../x" }, { ...row, cancelList: [{ amount: "1" }] }, row];
  expect(await read()).toMatchObject({ ok: true, value: { unreadable: 4, lines: [{ amountMinor: 149_950n }] } });
});

test("no list is no answer", async () => {
  list = undefined;
  expect(await read()).toMatchObject({ ok: false, error: { kind: "unavailable", code: "bad_answer" } });
});
