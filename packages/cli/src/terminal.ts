import type { Writable } from 'node:stream';

/** The parts of its process that a command may use. */
export interface Terminal {
  /** For scripts: rows, paths, the ready line. */
  readonly out: Writable;
  /** For people: progress, warnings, faults. */
  readonly err: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborts with an InterruptedError at Ctrl-C and at SIGTERM. */
  readonly signal: AbortSignal;
}

export function say(terminal: Terminal, line: string): void {
  terminal.err.write(`${line}\n`);
}

export function print(terminal: Terminal, line: string): void {
  terminal.out.write(`${line}\n`);
}
