import { ObjectMissingError, StoreUnavailableError } from '../errors.js';
import type { Sink } from '../sink.js';
import { MARKER_KEY, requireMarker } from './store-marker.js';

/** A sink that is used only while it is the store that it was at the start. */
export interface GuardedSink extends Sink {
  /** Looks at the marker now. @throws StoreUnavailableError when the store cannot be used */
  confirm(): Promise<void>;
  /** Makes every further call fail, for another store has taken its place. */
  revoke(reason: string): void;
}

/** Writes may go on for this long after the store was last seen to be the right one. */
const WRITES_MS = 5_000;

/**
 * Looks at the marker of a store before it is written, at intervals, and whenever the store says that there is nothing:
 * of a folder that is not mounted any more, or of another bucket, that must not be believed. The marker itself is not
 * listed.
 *
 * @param id in the marker
 * @throws StoreUnavailableError of all its calls, while the marker is not there or has another id
 */
export function guardSink(sink: Sink, id: string): GuardedSink {
  let seenAt = -Infinity;
  let looking: Promise<void> | undefined;
  let revoked: string | undefined;

  async function look(): Promise<void> {
    seenAt = -Infinity;
    const at = performance.now();
    await requireMarker(sink, id);
    seenAt = at;
  }

  /** Looks at the marker, unless that was done lately. Calls meanwhile are one. */
  async function requireStore(withinMs: number): Promise<void> {
    if (revoked !== undefined) throw new StoreUnavailableError('be known by', MARKER_KEY, revoked);
    if (performance.now() - seenAt < withinMs) return;
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  /** Writes only to the right store. After a fault it is looked at anew. */
  async function written<Answer>(write: () => Promise<Answer>): Promise<Answer> {
    await requireStore(WRITES_MS);
    try {
      return await write();
    } catch (error) {
      if (error instanceof StoreUnavailableError) seenAt = -Infinity;
      throw error;
    }
  }

  /**
   * Believes only the right store that something is not there, and only after it was seen: the store may have been away at
   * the first answer, and back at the look.
   */
  async function believed<Answer>(isAbsence: (answer: Answer) => boolean, ask: () => Promise<Answer>) {
    const answer = await ask();
    if (!isAbsence(answer)) return answer;
    await lookAnew();
    return ask();
  }

  /** A look that began before the answer came would not prove it. */
  async function lookAnew(): Promise<void> {
    await looking?.catch(() => undefined);
    await requireStore(0);
  }

  const isUndefined = (answer: unknown): boolean => answer === undefined;

  return {
    open: (key) => written(() => sink.open(key)),
    abort: (key, uploadId) => written(() => sink.abort(key, uploadId)),
    createIfAbsent: (key, body, folder) =>
      believed(
        (result) => result === 'gone',
        () => written(() => sink.createIfAbsent(key, body, folder)),
      ),
    read: (key) => believed(isUndefined, () => sink.read(key)),
    stat: (key) => believed(isUndefined, () => sink.stat(key)),
    async *stream(key, range, version) {
      let isBegun = false;
      try {
        for await (const chunk of sink.stream(key, range, version)) {
          isBegun = true;
          yield chunk;
        }
        return;
      } catch (error) {
        if (!(error instanceof ObjectMissingError)) throw error;
        await lookAnew();
        // The object vanished while it was read: a retry would read its beginning twice.
        if (isBegun) throw error;
      }
      yield* sink.stream(key, range, version);
    },
    async *list(prefix, after) {
      let isEmpty = true;
      for await (const entry of sink.list(prefix, after)) {
        isEmpty = false;
        if (entry.key !== MARKER_KEY) yield entry;
      }
      await lookAnew();
      if (!isEmpty) return;
      for await (const entry of sink.list(prefix, after)) if (entry.key !== MARKER_KEY) yield entry;
    },
    remove: (keys) => written(() => sink.remove(keys)),
    confirm: lookAnew,
    revoke(reason) {
      revoked = reason;
    },
  };
}
