import type { ServiceKind } from './workspace.js';

const LINES_SHOWN = 20;

/** A service ended before it was ready, or was not ready in time. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';

  readonly kind: ServiceKind;
  /** Its last lines of output. */
  readonly lines: readonly string[];

  /** @param how `ended with code 1` */
  constructor(kind: ServiceKind, how: string, lines: readonly string[]) {
    super(`${kind} ${how}:\n${lines.slice(-LINES_SHOWN).join('\n')}`);
    this.kind = kind;
    this.lines = lines;
  }
}
