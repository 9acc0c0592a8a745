import { randomBytes, randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import type { Database } from "#db/client";
import { writeAudit } from "#db/queries/audit";
import { verifyAudit } from "#db/queries/audit-list";
import { anyUserExists, findUserByEmail, insertUser } from "#db/queries/people";
import { transact } from "#db/transact";
import { createApiToken } from "#lib/auth/api-tokens";
import { replacePassword } from "#lib/auth/me";
import { hashPassword } from "#lib/auth/passwords";
import { CommandFailure } from "#lib/commands/terminal";
import { PASSWORD_MAX, PASSWORD_MIN } from "#lib/contracts/me";
import { email as emailShape, text } from "#lib/contracts/shared";
import { makeId } from "#lib/domain/ids";
import { ok, refuse } from "#lib/domain/result";
import { ROLES, type Role } from "#lib/domain/roles";

const USAGE = `npm run admin -- create <email> [--role ${ROLES.join("|")}] [--name "Full Name"] [--language en|uk] [--generate]
npm run admin -- reset <email> [--generate]
npm run admin -- token <email> --name "What it is for"
npm run admin -- verify-audit

create  makes a user. The first one is an admin unless a role is given.
reset   sets a new password and ends all of the user's sign-ins.
token   makes an API token that acts as the user.
verify-audit  computes every hash of the audit log anew; fails and names the first row that was tampered with.
A password is asked for, or generated (--generate, or where nobody can be asked), and printed once.`;

const ACTOR = { kind: "holdpoint", id: "admin-command", name: "npm run admin", requestId: null } as const;

/** Readable aloud, without characters that look alike: 24 of 31 make 118 bits. */
export function generatePassword(): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  const groups = Array.from({ length: 6 }, () =>
    Array.from({ length: 4 }, () => alphabet.charAt(randomInt(alphabet.length))).join(""),
  );
  return groups.join("-");
}

export type Asking = (question: string, hidden?: boolean) => Promise<string>;
type Terminal = { ask: Asking | null; print: (line: string) => void };

/** The command, with the database and the terminal from outside. */
export async function admin(db: Database, argv: string[], { ask, print }: Terminal): Promise<void> {
  const { values, positionals } = read(argv);
  const [command, address] = positionals;
  if (command === "verify-audit" && positionals.length === 1) return verify(db, print);
  if (!command || !address || positionals.length > 2) throw new CommandFailure(USAGE);
  const parsed = emailShape.safeParse(address);
  if (!parsed.success) throw new CommandFailure(`“${address}” is not an e-mail address.`);
  const email = parsed.data;
  const choose = () => choosePassword(values.generate ? null : ask);

  if (command === "create") {
    if (await findUserByEmail(db, email)) throw new CommandFailure(`There is a user with the e-mail ${email} already.`);
    const role = await chooseRole(db, values.role, ask);
    const language = values.language ?? "en";
    if (language !== "en" && language !== "uk") throw new CommandFailure("The language is en or uk.");
    const name = text(200, 1).safeParse(values.name ?? (await ask?.("Name: ")) ?? email.split("@")[0]);
    if (!name.success)
      throw new CommandFailure("The name is missing, too long or holds characters that cannot be kept.");
    const { password, generated } = await choose();
    await createUser(db, { email, name: name.data, role, language, password });
    print(`Created ${email}, ${role}.${generated ? ` Password, shown this once: ${password}` : ""}`);
    return;
  }

  const user = await findUserByEmail(db, email);
  if (!user) throw new CommandFailure(`There is no user with the e-mail ${email}.`);
  if (command === "reset") {
    const { password, generated } = await choose();
    await replacePassword(db, ACTOR, user.id, password, new Date());
    print(`New password for ${email}; all sign-ins ended.${generated ? ` Shown this once: ${password}` : ""}`);
  } else if (command === "token") {
    const token = await createApiToken(db, user.id, (values.name ?? "made by npm run admin").slice(0, 100));
    print(`API token that acts as ${email}, shown this once: ${token}`);
  } else throw new CommandFailure(USAGE);
}

/** @throws CommandFailure, so that the command's exit status says so, naming the first row that does not hold */
async function verify(db: Database, print: (line: string) => void): Promise<void> {
  const { rows, chains, broken, head } = await verifyAudit(db);
  if (broken)
    throw new CommandFailure(
      `The audit log was tampered with. The first row that does not hold: chain ${broken.chain}, number ${broken.seq}, ` +
        `${broken.at.toISOString()} (${broken.action} of ${broken.entityId} by ${broken.actorName}).`,
    );
  print(`The audit log is whole: ${rows} rows in ${chains} chains. Head: ${head}`);
}

function read(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        role: { type: "string" },
        name: { type: "string" },
        language: { type: "string" },
        generate: { type: "boolean" },
      },
    });
  } catch (fault) {
    throw new CommandFailure(`${(fault as Error).message}\n\n${USAGE}`);
  }
}

type NewPerson = { email: string; name: string; role: Role; language: "en" | "uk"; password: string };

async function createUser(db: Database, { password, ...person }: NewPerson): Promise<void> {
  const passwordHash = await hashPassword(password);
  const id = makeId("usr", Date.now(), randomBytes(16));
  const created = await transact<true, "taken">(db, async (tx) => {
    if (!(await insertUser(tx, { id, ...person, passwordHash }))) return refuse("taken");
    const after = { email: person.email, name: person.name, role: person.role };
    await writeAudit(tx, { actor: ACTOR, action: "user.created", entity: "user", entityId: id, after });
    return ok(true);
  });
  if (!created.ok) throw new CommandFailure(`There is a user with the e-mail ${person.email} already.`);
}

async function chooseRole(db: Database, given: string | undefined, ask: Asking | null): Promise<Role> {
  const first = !(await anyUserExists(db));
  const wanted = given ?? (first ? "admin" : await ask?.(`Role (${ROLES.join(", ")}): `));
  const role = ROLES.find((known) => known === wanted?.trim());
  if (!role) throw new CommandFailure(`Say which role: --role ${ROLES.join("|")}`);
  return role;
}

async function choosePassword(ask: Asking | null): Promise<{ password: string; generated: boolean }> {
  const typed = (await ask?.(`Password (${PASSWORD_MIN} characters or more; empty: one is generated): `, true)) ?? "";
  if (typed === "") return { password: generatePassword(), generated: true };
  if (typed.length < PASSWORD_MIN) throw new CommandFailure(`A password has ${PASSWORD_MIN} characters or more.`);
  if (typed.length > PASSWORD_MAX) throw new CommandFailure(`A password has at most ${PASSWORD_MAX} characters.`);
  if ((await ask?.("Once more: ", true)) !== typed) throw new CommandFailure("The two were not the same.");
  return { password: typed, generated: false };
}
