import { setTimeout as delay } from 'node:timers/promises';
import { IdIndexPendingError, bytesToLookThrough, lookUpIds, missingResources } from '@millrace/cohort';
import type { IdAnswer, IdIndexes, IndexedType } from '@millrace/cohort';
import type { Events } from '@millrace/observability';
import type { ResourceLookup } from '@millrace/protocol';
import { CorruptInputError, GzipRatioError, InputChangedError, LineTooLongError } from '@millrace/storage';
import type { Source } from '@millrace/storage';
import type { Gate } from '@millrace/threads';

export interface LookupPorts {
  readonly sources: ReadonlyMap<string, Source>;
  readonly indexes: IdIndexes;
  /** Files without an index are looked through if they hold no more bytes than this together. */
  readonly mostBytes: number;
  /** The turns of those who look through files. */
  readonly gate: Gate;
  /** How long an index is waited for. */
  readonly patienceMs: number;
  /** Asks the workers to index what has no index. */
  ask(): void;
  readonly events: Pick<Events, 'idsLookedUp'>;
}

/** How often the store is asked again for an index that is being built. */
const LOOK_AGAIN_MS = 250;

type Known = { readonly missing: readonly string[] | undefined } | { readonly pending: number };

/** The look-up for all tenants, which take turns. */
export interface SharedLookup {
  /** As that of `ResourceLookup`. */
  missing(
    ...asked: [...Parameters<ResourceLookup['missing']>, tenant: string]
  ): ReturnType<ResourceLookup['missing']>;
}

/** Asks the id indexes of sources, and looks through small files that have none yet. */
export function createResourceLookup(ports: LookupPorts): SharedLookup {
  const { sources, patienceMs, ask, events } = ports;
  return {
    async missing(name, resourceType, ids, tenant) {
      const source = sources.get(name);
      if (source === undefined) return ids;
      const startedAt = performance.now();
      for (let hasAsked = false; ; hasAsked = true) {
        const known = await look(ports, source, resourceType, ids, tenant);
        const durationMs = performance.now() - startedAt;
        if ('missing' in known) {
          const result = known.missing === undefined ? 'unknown' : hasAsked ? 'waited' : 'ready';
          events.idsLookedUp({ source: name, result, durationMs });
          return known.missing;
        }
        if (durationMs >= patienceMs) {
          events.idsLookedUp({ source: name, result: 'late', durationMs });
          throw new IdIndexPendingError(name, known.pending);
        }
        if (!hasAsked) ask();
        await delay(Math.min(LOOK_AGAIN_MS, patienceMs - durationMs));
      }
    },
  };
}

async function look(
  ports: LookupPorts,
  source: Source,
  resourceType: IndexedType,
  ids: readonly string[],
  tenant: string,
): Promise<Known> {
  const inputs = await source.list(resourceType);
  const answer = await lookUpIds(ports.indexes, source, resourceType, inputs, ids);
  const { missing, pending } = answer;
  if (missing.length === 0 || pending.length === 0) return { missing: sureOf(answer, missing) };
  if (bytesToLookThrough(pending) > ports.mostBytes) return { pending: pending.length };
  try {
    const rest = await ports.gate.pass(
      () => missingResources(source, pending, resourceType, missing),
      tenant,
    );
    return { missing: sureOf(answer, rest) };
  } catch (error) {
    if (isOfFile(error)) return { missing: undefined };
    throw error;
  }
}

/** Nobody knows all ids of a damaged file: the export looks, and tells more. */
function sureOf({ isDamaged }: IdAnswer, missing: readonly string[]): readonly string[] | undefined {
  return isDamaged && missing.length > 0 ? undefined : missing;
}

/** A fault that the export will meet too, and report better: a file that is damaged, too costly, or being replaced. */
function isOfFile(error: unknown): boolean {
  return (
    error instanceof CorruptInputError ||
    error instanceof GzipRatioError ||
    error instanceof InputChangedError ||
    error instanceof LineTooLongError
  );
}
