import type { Writable } from 'node:stream';

/** The parts of its process that a command may use. */
export interface Terminal {
  /** For scripts: rows, paths, the ready line. */
  readonly out: Writable & { readonly isTTY?: boolean };
  /** For people: progress, warnings, faults. */
  readonly err: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Aborts with an InterruptedError at Ctrl-C and at SIGTERM. */
  readonly signal: AbortSignal;
}

export function say(terminal: Terminal, line: string): void {
  terminal.err.write(`${harmless(line)}\n`);
}

/** Scripts get each character as it is. */
export function print(terminal: Terminal, line: string): void {
  terminal.out.write(`${terminal.out.isTTY === true ? harmless(line) : line}\n`);
}

/**
 * A text in which control characters are written as JSON does, apart from the ends of lines: files and servers choose names,
 * and a terminal does what it is told.
 */
export function harmless(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, escaped);
}

/** The same for a name inside a line: it cannot begin another one. */
export function harmlessName(name: string): string {
  return harmless(name).replace(/[\n\t]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
