import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isSignedBy, KeyRing, REFETCH_MS, RETRY_MS, readPublicKey } from "./signature.ts";
import published from "./vectors.json" with { type: "json" };

const [sample] = published.vectors;
if (!sample) throw new Error("the published sample is missing");
const { pubkey_base64, x_sign, body } = sample.inputs;
const key = readPublicKey(pubkey_base64) as KeyObject;
const bytes = Buffer.from(body, "utf8");

const newPair = (namedCurve = "P-256") => {
  const pair = generateKeyPairSync("ec", { namedCurve });
  const pem = pair.publicKey.export({ type: "spki", format: "pem" }) as string;
  return { ...pair, pem, base64: Buffer.from(pem).toString("base64") };
};
const signed = (raw: Uint8Array, privateKey: KeyObject) => sign("sha256", raw, privateKey).toString("base64");

describe("the published sample", () => {
  test("verifies over its exact bytes", () => {
    expect(bytes.length).toBe(sample.expected.body_bytes);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sample.expected.body_sha256);
    expect(isSignedBy(key, bytes, x_sign)).toBe(true);
  });

  for (const { id, inputs } of published.negative)
    test(`${id} is refused`, () => {
      expect(isSignedBy(key, Buffer.from(inputs.body, "utf8"), x_sign)).toBe(false);
    });

  test("no single flipped bit of the body or of the signature passes", () => {
    let accepted = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (isSignedBy(key, altered, x_sign)) accepted++;
    }
    const der = Buffer.from(x_sign, "base64");
    for (let bit = 0; bit < der.length * 8; bit++) {
      const altered = Buffer.from(der);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      if (isSignedBy(key, bytes, altered.toString("base64"))) accepted++;
    }
    expect(accepted).toBe(0);
  });

  test("one spelling of a signature only: no spaces, line feeds, other alphabets, trailing bytes, loose bits", () => {
    const trailing = Buffer.concat([Buffer.from(x_sign, "base64"), Buffer.of(0)]).toString("base64");
    const spellings = [
      ` ${x_sign}`,
      `${x_sign}\n`,
      x_sign.replaceAll("/", "_").replaceAll("+", "-"),
      x_sign.replace(/=+$/, ""),
      trailing,
      x_sign.slice(0, -8),
      "",
      "A",
      "\u0000".repeat(96),
    ];
    for (const other of spellings) expect(isSignedBy(key, bytes, other), other).toBe(false);
  });

  test("random signatures and bodies are refused", () => {
    for (let i = 0; i < 300; i++) {
      const noise = createHash("sha512").update(String(i)).digest();
      expect(isSignedBy(key, noise, x_sign)).toBe(false);
      expect(isSignedBy(key, bytes, noise.toString("base64"))).toBe(false);
    }
  });
});

describe("the bank's key", () => {
  test("is a PEM public key on P-256, nothing else", () => {
    expect(readPublicKey(newPair().base64)).not.toBeNull();
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" });
    const secret = newPair().privateKey.export({ type: "pkcs8", format: "pem" });
    for (const other of [
      newPair("P-384").base64,
      newPair("secp256k1").base64,
      Buffer.from(rsa as string).toString("base64"),
      Buffer.from(secret as string).toString("base64"),
      newPair().pem,
      "",
      "AAAA",
      "A".repeat(10_000),
      undefined,
      7,
    ])
      expect(readPublicKey(other)).toBeNull();
  });

  test("is fetched once, and again only when a check fails, at most once in 30 s", async () => {
    const ring = new KeyRing();
    const [old, fresh] = [newPair(), newPair()];
    let current = old;
    let fetched = 0;
    const fetchKey = async () => {
      fetched++;
      return readPublicKey(current.base64);
    };
    const check = (pair: typeof old, now: number, text = body) =>
      ring.check("svc_1", Buffer.from(text), signed(Buffer.from(text), pair.privateKey), fetchKey, now);

    expect(await check(old, 0)).toBe("good");
    expect(await check(old, 1)).toBe("good");
    expect(fetched).toBe(1);

    // The bank changes its key. The first report under it makes us ask, as soon as we may.
    current = fresh;
    expect(await check(fresh, 2)).toBe("bad");
    expect(fetched).toBe(1);
    expect(await check(fresh, REFETCH_MS)).toBe("good");
    expect(fetched).toBe(2);
    expect(await check(old, REFETCH_MS + 1), "the old key is over").toBe("bad");

    // Ten thousand forged reports within a minute make at most two more questions.
    for (let i = 0; i < 200; i++) await check(newPair(), REFETCH_MS + i * 300, "{}");
    expect(fetched).toBeLessThanOrEqual(4);
    expect(await check(fresh, 100_000), "and the real ones still pass").toBe("good");
  });

  test("connections do not share keys, and many reports at once share one question", async () => {
    const ring = new KeyRing();
    const pair = newPair();
    let fetched = 0;
    const fetchKey = async () => {
      fetched++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return readPublicKey(pair.base64);
    };
    const xSign = signed(bytes, pair.privateKey);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => ring.check("svc_1", bytes, xSign, fetchKey, 0)),
    );
    expect(new Set(verdicts)).toEqual(new Set(["good"]));
    expect(fetched).toBe(1);
    await ring.check("svc_2", bytes, xSign, fetchKey, 0);
    expect(fetched).toBe(2);
  });

  test("that cannot be fetched means: send it again, never: skip the check", async () => {
    const ring = new KeyRing();
    let fetched = 0;
    const nothing = async () => {
      fetched++;
      if (fetched > 1) throw new Error("no network");
      return null;
    };
    for (const now of [0, RETRY_MS - 1, RETRY_MS, RETRY_MS + 1])
      expect(await ring.check("svc_1", bytes, x_sign, nothing, now)).toBe("unavailable");
    expect(fetched).toBe(2);
    expect(await ring.check("svc_1", bytes, x_sign, async () => key, RETRY_MS * 2)).toBe("good");
  });
});
