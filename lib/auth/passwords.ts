import "server-only";
import { hash, verify } from "@node-rs/argon2";
import { PASSWORD_MAX } from "#lib/contracts/me";

const ARGON2ID = { memoryCost: 65_536, timeCost: 3, parallelism: 1 } as const;

/**
 * A hash of nothing anybody knows, made with the settings above. A sign-in for an unknown e-mail is compared with it, so
 * that it takes as long as one for a known e-mail.
 */
const NOBODYS_HASH =
  "$argon2id$v=19$m=65536,t=3,p=1$1FECFoF0FD209WizeiUVaA$/IEkAiFVVw+a216BwrqGvJRRpd6YmB23qO7pcM9EjEE";

/** Each hash takes 64 MiB and a core: two at a time, a short queue, and past it a plain no. */
const AT_ONCE = 2;
const LONGEST_QUEUE = 40;

/** More people than we can check want to sign in at this moment. */
export class TooManyAtOnce extends Error {
  override name = "TooManyAtOnce";
}

let running = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (queue.length >= LONGEST_QUEUE) throw new TooManyAtOnce();
    await new Promise<void>((turn) => queue.push(turn));
  } else running++;
  try {
    return await work();
  } finally {
    // The place passes to the next in line without becoming free in between.
    const next = queue.shift();
    if (next) next();
    else running--;
  }
}

/** The same characters typed on different keyboards are the same password. */
const plain = (password: string) => password.normalize("NFKC");

export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(plain(password), ARGON2ID));

/** Whether a password is the one behind `known`. Null (no such user) takes as long and is always false. */
export async function passwordMatches(known: string | null, password: string): Promise<boolean> {
  const tooLong = password.length > PASSWORD_MAX;
  const matches = await inTurn(() => verify(known ?? NOBODYS_HASH, tooLong ? "" : plain(password)));
  return matches && known !== null && !tooLong;
}
