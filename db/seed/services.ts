import { paymentServices } from "#db/schema/services";
import type { CreateServiceInput } from "#lib/contracts/services";
import type { PaymentServiceId } from "#lib/domain/ids";
import { createService } from "#lib/workflows/save-service";
import type { Actor, World } from "#lib/workflows/world";

/** Keys that the emulators know. */
export type Keys = { debit: string; hold: string; liqpay: { publicKey: string; privateKey: string } };

export const DEMO_KEYS: Keys = {
  debit: "demo-monobank-debit-token",
  hold: "demo-monobank-hold-token",
  liqpay: { publicKey: "sandbox_i10000000001", privateKey: "sandbox_demo_private_key_000000000001" },
};
export const TEST_KEYS: Keys = {
  debit: "test-monobank-token",
  hold: "demo-monobank-hold-token",
  liqpay: { publicKey: "sandbox_i20000000002", privateKey: "sandbox_test_private_key_000000000002" },
};

export type Services = { debit: PaymentServiceId; hold: PaymentServiceId; liqpay: PaymentServiceId };

const NAMES: Record<keyof Services, string> = {
  debit: "monobank",
  hold: "monobank · withholding",
  liqpay: "LiqPay",
};

/** Sets up the three services where there are none yet. */
export async function seedServices(world: World, admin: Actor, keys: Keys): Promise<Services> {
  const known = await world.db.select({ id: paymentServices.id, name: paymentServices.name }).from(paymentServices);
  const common = {
    description: null,
    currencyNumeric: 980,
    validitySeconds: 14_400,
    holdMarginHours: 24,
    customerMayRenew: true,
    customerMayPayWhole: false,
    mode: "test",
    enabled: true,
    alwaysInclude: false,
  } as const;
  const wanted: Record<keyof Services, CreateServiceInput> = {
    debit: {
      ...common,
      provider: "monobank",
      name: NAMES.debit,
      description: "Card payments, taken at once",
      paymentType: "debit",
      credentials: { token: keys.debit },
      alwaysInclude: true,
    },
    hold: {
      ...common,
      provider: "monobank",
      name: NAMES.hold,
      description: "Money is held on the card and taken when the goods leave",
      paymentType: "withholding",
      validitySeconds: 86_400,
      credentials: { token: keys.hold },
    },
    liqpay: {
      ...common,
      provider: "liqpay",
      name: NAMES.liqpay,
      description: "PrivatBank and other cards",
      paymentType: "debit",
      validitySeconds: 86_400,
      credentials: { ...keys.liqpay },
    },
  };
  const idOf = async (name: keyof Services): Promise<PaymentServiceId> => {
    const found = known.find((row) => row.name === NAMES[name]);
    if (found) return found.id;
    const made = await createService(world, admin, wanted[name]);
    if (!made.ok) throw new Error(`Invariant broken: the sample service ${NAMES[name]} was refused`);
    return made.value.serviceId;
  };
  return { debit: await idOf("debit"), hold: await idOf("hold"), liqpay: await idOf("liqpay") };
}
