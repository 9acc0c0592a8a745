import { writeAudit } from "#db/queries/audit";
import { findService, lockService, saveService } from "#db/queries/services";
import { transact } from "#db/transact";
import type { PaymentServiceId } from "#lib/domain/ids";
import { blocked, blocker, notFound, type Refusal } from "#lib/domain/refusal";
import { ok, type Result, refuse } from "#lib/domain/result";
import { accountOf } from "./service-account.ts";
import { auditActor } from "./story.ts";
import type { Actor, World } from "./world.ts";

/** What the provider said to our keys. `code` is the provider's, or ours where it could not be asked. */
export type TestOutcome = { ok: boolean; merchantName: string | null; code: string | null; message: string | null };

/**
 * Test connection: asks the provider whether it knows the stored keys, and remembers the answer together with which keys
 * it was about. Refused keys stop new links until they are repaired; an outage says nothing about them.
 */
export async function testService(
  world: World,
  actor: Actor,
  id: PaymentServiceId,
): Promise<Result<TestOutcome, Refusal>> {
  const tested = await findService(world.db, id);
  if (!tested) return refuse(notFound("payment_service"));
  const account = accountOf(tested);
  if (!account.ok)
    return refuse(
      blocked(
        blocker("SERVICE_CREDENTIALS", "test_service", "admin", ["open_settings"], {
          provider: tested.name,
          reason: account.error.code,
        }),
      ),
    );

  const answer = await world.findProvider(tested.provider).testConnection(account.value);
  const outcome: TestOutcome = answer.ok
    ? { ok: true, merchantName: answer.value.merchantName, code: null, message: null }
    : { ok: false, merchantName: null, code: answer.error.code, message: answer.error.message || null };
  const refused = !answer.ok && answer.error.credentials === true;

  return transact<TestOutcome, Refusal>(world.db, async (tx) => {
    const row = await lockService(tx, id);
    if (!row) return refuse(notFound("payment_service"));
    const at = world.now();
    const aboutCurrentKeys = row.credentialsFingerprint === tested.credentialsFingerprint;
    await saveService(tx, id, {
      lastTest: {
        at: at.toISOString(),
        ok: outcome.ok,
        message: outcome.message ?? outcome.code,
        merchantName: outcome.merchantName,
        fingerprint: tested.credentialsFingerprint,
      },
      ...(outcome.ok && aboutCurrentKeys ? { credentialsProblemAt: null, credentialsProblem: null } : {}),
      ...(refused && aboutCurrentKeys
        ? {
            credentialsProblemAt: row.credentialsProblemAt ?? at,
            credentialsProblem: outcome.message ?? outcome.code,
          }
        : {}),
    });
    await writeAudit(tx, {
      actor: auditActor(actor),
      action: "payment_service.tested",
      entity: "payment_service",
      entityId: id,
      after: { ok: outcome.ok, code: outcome.code, keys: tested.credentialsFingerprint },
    });
    return ok(outcome);
  });
}
