import { randomUUID } from 'node:crypto';
import { bytesToLookThrough } from '@millrace/cohort';
import { refuse } from '@millrace/protocol';
import type { ChosenSource } from '@millrace/protocol';
import { sharedIdSet } from '@millrace/run';
import type { CopyTask, EnginePool } from '@millrace/run';
import type { Source } from '@millrace/storage';
import type { Gate } from '@millrace/threads';
import { runFault } from './run/run-fault.js';

/** Groups of a source as their lines. */
export interface GroupFinder {
  /**
   * @param tenant whose request it is: tenants take turns
   * @param wanted those with an id, or those that one of the predicates is true for; undefined for all
   * @throws ProtocolError 422 when there is too much to look through, or too much is found; 503
   */
  find(
    source: ChosenSource,
    wanted: { readonly id: string } | { readonly where: readonly string[] | undefined },
    signal: AbortSignal,
    tenant: string,
  ): Promise<readonly Buffer[]>;
}

/** Limits of one answer. */
const MOST = { bytes: 32 << 20, groups: 1_000 } as const;
/** Found groups are handed over when there are as many bytes of them. */
const HAND_OVER_BYTES = 1 << 20;
const NEWLINE = 10;

interface FinderPorts {
  readonly sources: ReadonlyMap<string, Source>;
  readonly pool: Pick<EnginePool, 'copy'>;
  /** Bytes of Groups that one request looks through. */
  readonly mostBytes: number;
  readonly gate: Gate;
}

/** Looks through the Groups of sources as an export does, on engine threads. */
export function createGroupFinder({ sources, pool, mostBytes, gate }: FinderPorts): GroupFinder {
  return {
    async find(chosen, wanted, signal, tenant) {
      const source = sources.get(chosen.name);
      const inputs = (await source?.list('Group')) ?? [];
      const bytes = bytesToLookThrough(inputs);
      if (bytes > mostBytes) {
        const diagnostics = `the Groups of source ${JSON.stringify(chosen.name)} have about ${bytes} bytes; a request looks through at most ${mostBytes}. Ask for them by $export with _type=Group`;
        throw refuse(422, 'too-costly', diagnostics);
      }
      const found = { bytes: 0, chunks: [] as Uint8Array[] };
      const tooMuch = new AbortController();
      const onPart = (_key: string, chunks: readonly Uint8Array[]): void => {
        for (const chunk of chunks) found.bytes += chunk.length;
        if (found.bytes > MOST.bytes) tooMuch.abort(tooManyGroups());
        else for (const chunk of chunks) found.chunks.push(chunk);
      };
      const stop = AbortSignal.any([signal, tooMuch.signal]);
      const watch = { onPart, onCut: () => Promise.resolve(), stop, finishAtCut: NEVER };
      const choice = choiceOf(wanted);
      await gate.pass(async () => {
        for (const input of inputs) {
          const task: CopyTask = {
            ...FRAME,
            ...choice,
            source: chosen.name,
            fhirVersion: chosen.fhirVersion,
            bases: chosen.baseUrls,
            input,
            end: input.bytes,
          };
          await pool.copy(task, watch).catch((error: unknown) => {
            throw runFault(error, 'Group');
          });
        }
      }, tenant);
      stop.throwIfAborted();
      const lines = linesOf(Buffer.concat(found.chunks));
      if (lines.length > MOST.groups) throw tooManyGroups();
      return lines;
    },
  };
}

const NEVER = new AbortController().signal;

const FRAME = {
  subject: 0,
  resourceType: 'Group',
  start: 0,
  from: 0,
  firstCut: 0,
  engine: 'auto',
  partPrefix: 'groups/',
  limits: {
    partBytes: HAND_OVER_BYTES,
    partRows: MOST.groups,
    inputBytes: Infinity,
    seconds: Infinity,
  },
  malformedLines: 'skip',
} as const;

function choiceOf(wanted: Parameters<GroupFinder['find']>[1]): Pick<CopyTask, 'filter' | 'where'> {
  if (!('id' in wanted)) return wanted.where === undefined ? {} : { where: wanted.where };
  // Threads keep the sets that they opened last by this name, which no other request may have.
  const patients = `groups/${randomUUID()}`;
  return { filter: { patients, patientIds: sharedIdSet(new Set([wanted.id])), byId: true } };
}

function tooManyGroups(): Error {
  const diagnostics = `more than ${MOST.groups} Groups, or ${MOST.bytes} bytes of them, match; search for fewer`;
  return refuse(422, 'too-costly', diagnostics);
}

function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}
