/** Bigger than any order, far smaller than what hurts. */
export const BODY_MAX_BYTES = 256 * 1024;
const BODY_PATIENCE_MS = 15_000;

export class BodyTooLarge extends Error {
  override name = "BodyTooLarge";
  readonly maxBytes: number;
  constructor(maxBytes: number) {
    super(`The body is larger than ${maxBytes} bytes.`);
    this.maxBytes = maxBytes;
  }
}

/** The body stopped before its end, or came too slowly. */
export class BodyIncomplete extends Error {
  override name = "BodyIncomplete";
}

/**
 * All bytes of a body, and never more than `max`: one that declares more is not read at all, one that sends more is dropped
 * at that point, one that trickles is dropped after `patienceMs`.
 */
export async function readBody(
  request: Request,
  max = BODY_MAX_BYTES,
  patienceMs = BODY_PATIENCE_MS,
): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null && !(Number(declared) <= max)) throw new BodyTooLarge(max);
  if (!request.body) return new Uint8Array();

  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BodyIncomplete("The body came too slowly.")), patienceMs);
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      size += value.byteLength;
      if (size > max) throw new BodyTooLarge(max);
      chunks.push(value);
    }
  } catch (fault) {
    void reader.cancel().catch(() => {});
    if (fault instanceof BodyTooLarge || fault instanceof BodyIncomplete) throw fault;
    throw new BodyIncomplete("The body stopped before its end.", { cause: fault });
  } finally {
    clearTimeout(timer);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

export type ParsedJson =
  | { ok: true; value: unknown }
  | { ok: false; problem: "encoding" | "syntax"; at: number | null };

/** JSON in UTF-8, or where it stops being that. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, problem: "encoding", at: null };
  }
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (fault) {
    const at = /at position (\d+)/.exec(fault instanceof Error ? fault.message : "")?.[1];
    return { ok: false, problem: "syntax", at: at === undefined ? null : Number(at) };
  }
}
