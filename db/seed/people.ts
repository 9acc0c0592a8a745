import type { Database } from "#db/client";
import { insertUser } from "#db/queries/people";
import { company } from "#db/schema/people";
import { hashPassword } from "#lib/auth/passwords";
import type { UserId } from "#lib/domain/ids";
import type { Role } from "#lib/domain/roles";
import { type Actor, newId, type World } from "#lib/workflows/world";

/** Everybody of the demo signs in with it. Nothing but the demo and the tests ever makes these people. */
export const DEMO_PASSWORD = "holdpoint-demo";

type Person = { email: string; name: string; role: Role; language: "en" | "uk" };

export const DEMO_PEOPLE: readonly Person[] = [
  { email: "sales@holdpoint.test", name: "Ihor Melnyk", role: "sales", language: "en" },
  { email: "finance@holdpoint.test", name: "Olena Koval", role: "finance", language: "en" },
  { email: "admin@holdpoint.test", name: "Marta Bondar", role: "admin", language: "en" },
];

/** A second salesperson, for stories in which two people want the same thing. */
export const SECOND_SALES: Person = {
  email: "sales2@holdpoint.test",
  name: "Taras Lysenko",
  role: "sales",
  language: "uk",
};

/** Where its customers may transfer to by hand. */
export const DEMO_ACCOUNT = { iban: "UA213223130000026007233566001", bankName: "АТ «УНІВЕРСАЛ БАНК»" };

export async function seedCompany(db: Database, account: Partial<typeof DEMO_ACCOUNT> = {}): Promise<void> {
  await db
    .insert(company)
    .values({
      id: 1,
      name: "ТОВ «Дніпро Інструмент»",
      taxId: "41234567",
      email: "office@dnipro-instrument.example",
      phone: "+380567001122",
      address: "49000, м. Дніпро, вул. Набережна Перемоги, 30",
      currency: "UAH",
      zone: "Europe/Kyiv",
      pricesIncludeVat: true,
      defaultVatBp: 2000,
      ...account,
    })
    .onConflictDoNothing();
}

export type Cast = Record<Role, Actor>;

/** Makes who is missing, and answers who acts for each role. */
export async function seedPeople(world: World, people: readonly Person[]): Promise<Cast> {
  for (const person of people) {
    await insertUser(world.db, {
      id: newId(world, "usr"),
      ...person,
      passwordHash: await hashPassword(DEMO_PASSWORD),
    });
  }
  const rows = await world.db.query.users.findMany({ orderBy: (user, { asc }) => asc(user.createdAt) });
  const actor = (role: Role): Actor => {
    const row = rows.find((candidate) => candidate.role === role);
    if (!row) throw new Error(`Invariant broken: nobody with the role ${role}`);
    return { kind: "user", id: row.id satisfies UserId, name: row.name, role, requestId: null };
  };
  return { sales: actor("sales"), finance: actor("finance"), admin: actor("admin") };
}
