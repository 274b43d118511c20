import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endChild, endOf, signalAtExit } from './child-process.js';
import { SERVICE_MAIN } from './workspace.js';
import type { ServiceKind } from './workspace.js';

export interface ServiceProgram {
  readonly kind: ServiceKind;
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The target of its output: a file descriptor, or a function that gets every line. */
  readonly output: number | ((line: string) => void);
  /** The signal that ends it when its parent process is gone: in order, or at once. */
  readonly orphaned: 'SIGTERM' | 'SIGKILL';
  /** Whether its stack traces name lines of the sources; that costs a little when it starts. */
  readonly sourceMaps?: boolean;
}

/** One process of a service. */
export interface ServiceProcess {
  /** 0 when it could not be started. */
  readonly pid: number;
  /** How it ended, once all that it wrote was read, for people: `code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>;
  /** Its last lines of output; empty if the output goes to a file. */
  lines(): readonly string[];
  signal(name: NodeJS.Signals): void;
  /** Ends it by a signal and waits until it is gone: killed after 10 s by default. Says whether it was in time. */
  end(signal: 'SIGTERM' | 'SIGKILL', withinMs?: number): Promise<boolean>;
}

/** The built module, because it must load without the tool that runs this module from its source. */
const END_WITH_PARENT = new URL('../dist/end-with-parent.js', import.meta.url).href;
/**
 * As docs/operations.md advises: without it the allocator of the system keeps freed memory, for each thread separately, and V8
 * lets much young garbage lie.
 */
const LITTLE_GARBAGE = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_OPTIONS: '--max-semi-space-size=4',
};
const LINES_KEPT = 2_000;
const END_MS = 10_000;

/** Starts a service without waiting until it is ready. */
export function startService(program: ServiceProgram): ServiceProcess {
  const { kind, env, output, orphaned, sourceMaps = false } = program;
  const writes = typeof output === 'number' ? output : 'pipe';
  const child = spawn(
    process.execPath,
    [
      ...(sourceMaps ? ['--enable-source-maps'] : []),
      '--import',
      `${END_WITH_PARENT}?signal=${orphaned}`,
      SERVICE_MAIN[kind],
    ],
    {
      env: { ...(kind === 'api' ? LITTLE_GARBAGE : {}), ...env },
      stdio: ['pipe', writes, writes],
      // Its own process group: Ctrl-C in a terminal reaches only us, and we end the services in order.
      detached: true,
    },
  );
  // The pipe only ever closes.
  child.stdin?.on('error', () => undefined);
  // One that is frozen does not see that its pipe closes.
  if (orphaned === 'SIGKILL') signalAtExit(child, 'SIGKILL');
  const ended = endOf(child);
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null || typeof output === 'number') continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (lines.push(line) > LINES_KEPT) lines.shift();
      output(line);
    });
  }
  return {
    pid: child.pid ?? 0,
    ended,
    lines: () => lines,
    signal: (name) => {
      child.kill(name);
    },
    end: (signal, withinMs = END_MS) => endChild(child, ended, signal, withinMs),
  };
}
