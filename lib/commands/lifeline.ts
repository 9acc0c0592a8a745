import { type ChildProcess, spawn } from "node:child_process";

/**
 * What must not outlive us, even when we are killed with -9 and run no code any more.
 *
 * A tiny shell reads from a pipe that only we hold open. While we live it keeps a list of processes; when the pipe
 * closes, for whatever reason, it stops those still on the list.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT
list=''
while read -r verb entry; do
  case "$verb" in
    add) list="$entry $list" ;;
    drop) rest=''; for known in $list; do [ "$known" = "$entry" ] || rest="$rest $known"; done; list=$rest ;;
  esac
done
[ -n "$list" ] || exit 0
for entry in $list; do kill -s "\${entry%%:*}" -- "\${entry#*:}" 2>/dev/null; done
patience=25
while [ $patience -gt 0 ]; do
  left=''
  for entry in $list; do kill -s 0 -- "\${entry#*:}" 2>/dev/null && left=yes; done
  [ -n "$left" ] || exit 0
  sleep 0.2
  patience=$((patience - 1))
done
for entry in $list; do kill -s KILL -- "\${entry#*:}" 2>/dev/null; done
`;

let shell: ChildProcess | undefined;

function write(line: string): void {
  if (process.platform === "win32") return;
  if (!shell) {
    shell = spawn("/bin/sh", ["-c", SCRIPT], { cwd: "/", detached: true, stdio: ["pipe", "ignore", "ignore"] });
    shell.on("error", () => undefined);
    shell.stdin?.on("error", () => undefined);
    // Neither the shell nor its pipe keeps us from ending.
    shell.unref();
    (shell.stdin as unknown as { unref?(): void } | null)?.unref?.();
  }
  shell.stdin?.write(`${line}\n`);
}

/**
 * Ties a process to our own life.
 * @param target a process id, or the negative id of a process group
 * @param signal how it is asked to stop; after five seconds it is killed
 * @returns a function that unties it again, to be called when it has ended
 */
export function tieToUs(target: number, signal: "TERM" | "INT" = "TERM"): () => void {
  const entry = `${signal}:${target}`;
  write(`add ${entry}`);
  return () => write(`drop ${entry}`);
}
