/** Length of what is made in one round of the event loop: some milliseconds of work. */
const PER_ROUND = 256 << 10;

const waiting: (() => void)[] = [];

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

/** The same pieces, made in rounds of their own: many small ones in one, a large one by itself. */
export async function* inRounds<Piece extends { readonly length: number }>(
  pieces: Iterable<Piece>,
): AsyncGenerator<Piece, void, void> {
  await ownRound();
  let length = 0;
  for (const piece of pieces) {
    yield piece;
    length += piece.length;
    if (length < PER_ROUND) continue;
    length = 0;
    await ownRound();
  }
}

/** The bytes of a text that is made piece by piece, in rounds of their own. */
export async function bytesInRounds(pieces: Iterable<string>): Promise<Buffer> {
  const made: Buffer[] = [];
  for await (const piece of inRounds(pieces)) made.push(Buffer.from(piece));
  return Buffer.concat(made);
}
