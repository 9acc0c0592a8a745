/** PostgreSQL's and the socket's errors, whatever wraps them. The wrapper's message holds parameters: it is never shown. */
type Fault = { code?: unknown; constraint_name?: unknown; cause?: unknown };

function innermost(fault: unknown): Fault {
  let found: Fault = (fault ?? {}) as Fault;
  for (let depth = 0; depth < 5 && found.code === undefined && found.cause; depth++) found = found.cause as Fault;
  return found;
}

/** SQLSTATE (`23505`) or a socket's code (`ECONNREFUSED`); null for anything else. */
export function faultCode(fault: unknown): string | null {
  const { code } = innermost(fault);
  return typeof code === "string" ? code : null;
}

/** The name of the constraint that said no, as in the schema or raised by a trigger. */
export function brokenConstraint(fault: unknown): string | null {
  const { constraint_name } = innermost(fault);
  return typeof constraint_name === "string" ? constraint_name : null;
}

/** The server went away, refuses connections, is full, read-only, or shutting down. */
export function isConnectionFault(fault: unknown): boolean {
  const code = faultCode(fault) ?? "";
  return /^(CONNECT|CONNECTION_|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|57P0|53300|08|25006)/.test(code);
}

/** Another transaction was in the way: the same work may simply be done again. */
export function isRetryable(fault: unknown): boolean {
  return ["40001", "40P01"].includes(faultCode(fault) ?? "");
}

/** Waited for a row longer than the role's lock_timeout, or longer than its statement_timeout. */
export const isBusy = (fault: unknown): boolean => ["55P03", "57014"].includes(faultCode(fault) ?? "");
