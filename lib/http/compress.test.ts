import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { codingFor, packed } from "./compress.ts";

const LONG = new TextEncoder().encode(JSON.stringify(Array.from({ length: 200 }, (_, n) => ({ number: `SO-${n}` }))));

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["GZIP;q=0.8", "gzip"],
  ["br;q=0, gzip;q=0.001", "gzip"],
  ["gzip;q=0, br; q=0.0", null],
  ["gzip;q=nonsense", null],
  ["identity", null],
  ["*", null],
  ["", null],
  [null, null],
  ["x".repeat(100_000), null],
])("a client that takes %j gets %s", (accepts, coding) => {
  expect(codingFor(accepts)).toBe(coding);
});

const ask = async (method: string, accepts: string | null, body: Uint8Array = LONG, headers = new Headers()) => {
  const request = new Request("http://localhost/api/v1/orders", {
    method,
    headers: accepts === null ? {} : { "accept-encoding": accepts },
  });
  return { bytes: await packed(body, headers, request), headers };
};

describe("an answer that was read", () => {
  test("travels packed and is the same when it is unpacked", async () => {
    const br = await ask("GET", "gzip, br");
    expect([br.headers.get("content-encoding"), br.headers.get("vary")]).toEqual(["br", "Accept-Encoding"]);
    expect(new Uint8Array(brotliDecompressSync(br.bytes))).toEqual(LONG);
    const gzip = await ask("GET", "gzip", LONG, new Headers({ "content-length": String(LONG.byteLength) }));
    expect(gzip.headers.get("content-length")).toBe(String(gzip.bytes.byteLength));
    expect(new Uint8Array(gunzipSync(gzip.bytes))).toEqual(LONG);
    expect(gzip.bytes.byteLength * 5).toBeLessThan(LONG.byteLength);
  });

  test("travels as it is to whoever takes nothing else, and where it is short; caches are told in any case", async () => {
    for (const { bytes, headers } of [await ask("GET", null), await ask("GET", "br", LONG.slice(0, 2_000))]) {
      expect(headers.get("content-encoding")).toBeNull();
      expect(headers.get("vary")).toBe("Accept-Encoding");
      expect(bytes.byteLength).toBeGreaterThan(0);
    }
  });
});

test("an answer to what somebody sends is never packed: it may repeat what they sent", async () => {
  for (const method of ["POST", "PATCH", "DELETE"]) {
    const { bytes, headers } = await ask(method, "gzip, br");
    expect(bytes).toBe(LONG);
    expect([...headers.keys()]).toEqual([]);
  }
});
