import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { encodeData, envelope, isSignedWith, readEnvelope, signData } from "./signature.ts";
import published from "./vectors.json" with { type: "json" };

describe("the published signatures", () => {
  for (const { id, inputs, expected } of published.vectors)
    test(id, () => {
      expect(signData(3, inputs.private_key, inputs.data)).toBe(expected.signature);
      expect(isSignedWith(inputs.private_key, inputs.data, expected.signature)).toBe(true);
      if ("decoded_json_text" in expected)
        expect(Buffer.from(inputs.data, "base64").toString("utf8")).toBe(expected.decoded_json_text);
    });

  test("the whole chain: parameters, JSON, base64, signature", () => {
    const [first] = published.vectors;
    const params = Object.fromEntries((first?.inputs.params_in_order ?? []) as [string, string][]);
    expect(encodeData(params)).toBe(first?.inputs.data);
  });

  for (const { id, inputs, expected } of published.negative)
    test(`${id} is refused`, () => {
      expect(isSignedWith(inputs.private_key, inputs.data, inputs.signature)).toBe(false);
      expect(signData(3, inputs.private_key, inputs.data)).toBe(expected.correct_signature);
    });
});

describe("a signature", () => {
  const key = "sandbox_test_private_key_000000000002";
  const data = encodeData({ status: "success", payment_id: 1 });

  test("is checked by the hash its length tells: 28 characters or 44", () => {
    const [sha1, sha3] = [signData(3, key, data), signData(7, key, data)];
    expect([sha1.length, sha3.length]).toEqual([28, 44]);
    expect(isSignedWith(key, data, sha1)).toBe(true);
    expect(isSignedWith(key, data, sha3)).toBe(true);
    const hex = createHash("sha1").update(`${key}${data}${key}`).digest("hex");
    const overJson = signData(3, key, Buffer.from(data, "base64").toString());
    for (const other of [
      hex,
      overJson,
      "",
      sha1.slice(0, -1),
      `${sha1} `,
      sha1.replaceAll("+", " "),
      sha3.slice(0, 28),
    ])
      expect(isSignedWith(key, data, other), other).toBe(false);
    expect(isSignedWith("", data, signData(3, "", data)), "an empty key signs nothing").toBe(false);
    expect(isSignedWith(`${key}x`, data, sha1)).toBe(false);
  });

  test("covers every bit of the data, and none of its own may change", () => {
    let accepted = 0;
    for (const version of [3, 7] as const) {
      const signature = signData(version, key, data);
      for (let bit = 0; bit < data.length * 8; bit++) {
        const altered = Buffer.from(data);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        if (isSignedWith(key, altered.toString("latin1"), signature)) accepted++;
      }
      for (let bit = 0; bit < signature.length * 8; bit++) {
        const altered = Buffer.from(signature);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        if (isSignedWith(key, data, altered.toString("latin1"))) accepted++;
      }
    }
    expect(accepted).toBe(0);
  });

  test("survives the way through a form, plus signs and all", () => {
    for (let i = 0; i < 200; i++) {
      const text = encodeData({ note: "ї+/=&", i });
      const form = readEnvelope(envelope(3, key, text));
      expect(form?.data).toBe(text);
      expect(isSignedWith(key, form?.data ?? "", form?.signature ?? "")).toBe(true);
    }
  });
});

test("a form is exactly data and signature, once each", () => {
  expect(readEnvelope("data=YQ%3D%3D&signature=Yg%3D%3D")).toEqual({ data: "YQ==", signature: "Yg==" });
  expect(readEnvelope("signature=Yg%3D%3D&data=YQ%3D%3D")).toEqual({ data: "YQ==", signature: "Yg==" });
  for (const body of [
    "",
    "data=a",
    "signature=b",
    "data=a&signature=b&extra=c",
    "data=a&signature=b&",
    "data=a&data=b",
    "data=a&data=b&signature=c",
    "data=a&signature=b&signature=c",
    "data=&signature=b",
    "Data=a&signature=b",
    "data[]=a&signature=b",
    "data=%E0%A4%A&signature=b",
    "data&signature",
    '{"data":"a","signature":"b"}',
    "__proto__=a&signature=b",
  ])
    expect(readEnvelope(body), body).toBeNull();
});
