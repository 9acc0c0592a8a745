import { createServer } from "node:net";

/** A port nobody listens on right now, on the loopback address. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The command with which a person finds out who listens on a port. */
export function whoHasPort(port: number): string {
  if (process.platform === "linux") return `ss -ltnp 'sport = :${port}'   (or: lsof -i :${port})`;
  if (process.platform === "win32") return `netstat -ano | findstr :${port}`;
  return `lsof -i :${port}`;
}
