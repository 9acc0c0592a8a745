import type { Scene } from "./scene.ts";
import type { Services } from "./services.ts";

/** One order: when it was taken, by whom, what for, and what happened to it, each step so long after its beginning. */
export type Chapter = {
  ago: string;
  buyer: number | null;
  goods: (readonly [item: number, quantity: string])[];
  service: keyof Services | null;
  /** What the customer may choose instead. */
  others?: (keyof Services)[];
  /** Percent, or hryvnias. */
  prepay?: `${number}%` | number;
  note?: string;
  reference?: string;
  steps?: (readonly [after: string, step: (scene: Scene) => Promise<void>])[];
};

export const released = ["5m", (s: Scene) => s.release()] as const;
export const shared = ["6m", (s: Scene) => s.share()] as const;
export const paid = (after: string) => [after, (s: Scene) => s.pay()] as const;
export const shipped = (after: string, pieces?: string) => [after, (s: Scene) => s.ship(pieces)] as const;
export const invoiced = (after: string, pieces?: string) => [after, (s: Scene) => s.invoice(pieces)] as const;
export const looked = (after: string) => [after, (s: Scene) => s.look()] as const;
