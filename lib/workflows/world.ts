import "server-only";
import { randomBytes } from "node:crypto";
import { type Database, database } from "#db/client";
import { timeNow } from "#db/clock";
import { type IdPrefix, makeId, type UserId } from "#lib/domain/ids";
import type { PaymentProvider, PaymentSource } from "#lib/domain/provider";
import type { Role } from "#lib/domain/roles";
import { findProvider } from "#lib/providers/registry";

/** What a workflow touches outside itself. Tests bring their own database and clock, never their own providers. */
export type World = {
  db: Database;
  findProvider: (source: PaymentSource) => PaymentProvider;
  now: () => Date;
};

export const world = (): World => ({ db: database(), findProvider, now: timeNow });

/** Who acts. Rights are checked before a workflow runs and written with what it did. */
export type Actor = {
  kind: "user" | "token" | "webhook" | "task" | "customer" | "holdpoint";
  id: string;
  name: string;
  /** Null for everything that is not a person: such actors never pass through a permission check. */
  role: Role | null;
  requestId: string | null;
  /** Whose token it is: a program acts as its person, and two eyes of one person stay two. Left out: `id` is the person. */
  userId?: UserId;
};

/** The person who acts, at the screen or through a program; null for everything that is not a person. */
export const personOf = (actor: Actor): UserId | null => (actor.role ? (actor.userId ?? (actor.id as UserId)) : null);

export const TASK: Actor = {
  kind: "task",
  id: "manage-payment-links",
  name: "Manage Payment Links",
  role: null,
  requestId: null,
};

/** A new id of this world: its clock, real randomness. */
export const newId = <P extends IdPrefix>(at: World, prefix: P) => makeId(prefix, at.now().getTime(), randomBytes(16));
