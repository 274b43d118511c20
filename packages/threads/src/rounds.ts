/** Length of all that is made in one round of the event loop: some milliseconds of work. */
const PER_ROUND = 256 << 10;

const waiting: (() => void)[] = [];
let madeInRound = 0;

function spend(length: number): void {
  if (madeInRound === 0 && length > 0) {
    setImmediate(() => {
      madeInRound = 0;
    });
  }
  madeInRound += length;
}

const isSpent = (): boolean => madeInRound >= PER_ROUND;

/**
 * Resolves in a round of the event loop in which it resolves for nobody else. Work that a request can size is done in
 * pieces, each after such a wait: then other requests wait for one piece, however many such requests there are.
 */
export function ownRound(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(nextRound);
  });
}

function nextRound(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(nextRound);
}

/**
 * The same pieces. All callers share the room of a round of the event loop. Once it is used up, pieces are made
 * in rounds of their own: small work waits for nothing.
 */
export async function* inRounds<Piece extends { readonly length: number }>(
  pieces: Iterable<Piece>,
): AsyncGenerator<Piece, void, void> {
  if (isSpent()) await ownRound();
  for (const piece of pieces) {
    spend(piece.length);
    yield piece;
    if (isSpent()) await ownRound();
  }
}

/** The bytes of a text that is made piece by piece, as `inRounds` says. */
export async function bytesInRounds(pieces: Iterable<string>): Promise<Buffer> {
  const made: Buffer[] = [];
  for await (const piece of inRounds(pieces)) made.push(Buffer.from(piece));
  return Buffer.concat(made);
}
