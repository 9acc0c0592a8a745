import type { Role } from "#lib/domain/roles";

/** Who a view is made for: the answer names what this person may do, and why not. */
export type Viewer = { id: string; name: string; email: string; role: Role; language: "en" | "uk" };
