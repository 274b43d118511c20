/** Where an entry stands among all: by time of completion in ms, then by sequence. */
export interface Position {
  readonly completedAt: number;
  readonly sequence: number;
}

const DIGITS = 16;

/** Text whose order is that of positions. */
export function positionText({ completedAt, sequence }: Position): string {
  return `${padded(completedAt)}-${padded(sequence)}`;
}

/** Undefined for a text that `positionText` has not written. */
export function parsePosition(text: string): Position | undefined {
  const [, at, sequence] = /^(\d{16})-(\d{16})$/.exec(text) ?? [];
  return at === undefined ? undefined : { completedAt: Number(at), sequence: Number(sequence) };
}

export function comparePositions(one: Position, other: Position): number {
  return one.completedAt - other.completedAt || one.sequence - other.sequence;
}

function padded(value: number): string {
  return String(value).padStart(DIGITS, '0');
}
