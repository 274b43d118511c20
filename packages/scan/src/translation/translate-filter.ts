import { wholeNanoseconds } from '@millrace/fhir';
import type { Moment, OwnBases, PatientLink } from '@millrace/fhir';
import { NODE_NO_ARRAY, OP_REFERENCE_KEY, OP_THIS } from '../program-format.js';
import type { IdSet } from '../id-set.js';
import type { Instruction, ScanFilter } from '../program.js';
import { textOf } from './instructions.js';
import type { Focus, Translated } from './instructions.js';
import { childrenOf } from './key-trie.js';
import { fieldOf } from './paths.js';

/** Which resources have rows: those that were changed between two moments, and those of patients in a set. */
export interface FilterPlan {
  /** Bases of the data, as those of the views. */
  readonly bases: OwnBases;
  readonly since: Moment | undefined;
  readonly until: Moment | undefined;
  /** Without a link nothing belongs to a patient. */
  readonly patients:
    | { readonly link: PatientLink | undefined; readonly ids: Pick<IdSet, 'bytes'> }
    | undefined;
  /** Those of the patients whose resources pass `since` whatever their age. */
  readonly joined: Pick<IdSet, 'bytes'> | undefined;
}

/** Translates a filter of the resources of a type. Its keys go into the trie of the focus. */
export function translateFilter(
  { since, until, patients, joined }: FilterPlan,
  focus: Focus,
): Omit<ScanFilter, 'root'> {
  const isTimed = since !== undefined || until !== undefined;
  return {
    ...(isTimed ? { changed: { at: changedAt(focus), ...instantsOf({ after: since, until }) } } : {}),
    ...(patients === undefined
      ? {}
      : {
          ids: {
            found: patientsOf(patients.link, focus),
            byReference: patients.link?.kind === 'references',
            set: patients.ids.bytes,
            ...(joined === undefined ? {} : { exempt: joined.bytes }),
          },
        }),
  };
}

/**
 * The scan reads whole nanoseconds. Finer fractions can be cut off: no whole nanosecond lies between the two.
 */
function instantsOf(
  moments: Readonly<Record<'after' | 'until', Moment | undefined>>,
): Pick<NonNullable<ScanFilter['changed']>, 'after' | 'until'> {
  const given = Object.entries(moments).flatMap(([name, moment]) =>
    moment === undefined ? [] : [[name, { seconds: moment.seconds, nanoseconds: wholeNanoseconds(moment) }]],
  );
  return Object.fromEntries(given) as ReturnType<typeof instantsOf>; // of the names that were given
}

/** Arrays have no place there: one would say nothing of when the resource was changed. */
function changedAt(focus: Focus): Instruction {
  const meta = property(self(focus), 'meta', NODE_NO_ARRAY, focus);
  return property(meta, 'lastUpdated', NODE_NO_ARRAY, focus).instruction;
}

function patientsOf(link: PatientLink | undefined, focus: Focus): readonly Instruction[] {
  switch (link?.kind) {
    case undefined:
      return [];
    case 'id':
      return [property(self(focus), 'id', NODE_NO_ARRAY, focus).instruction];
    case 'references':
      return link.paths.map((path) => patientAt(path, focus));
    default:
      return link satisfies never;
  }
}

function patientAt(path: readonly string[], focus: Focus): Instruction {
  const at = path.reduce((within, key) => property(within, key, 0, focus), self(focus));
  childrenOf(at.places, 'reference', NODE_NO_ARRAY);
  const operands = [at.instruction, focus.keyNumber('reference'), textOf('Patient')];
  return { op: OP_REFERENCE_KEY, operands };
}

function self(focus: Focus): Translated {
  return { instruction: { op: OP_THIS, operands: [] }, places: focus.self };
}

function property({ instruction, places }: Translated, key: string, flags: number, focus: Focus): Translated {
  return {
    instruction: fieldOf(instruction, focus.keyNumber(key)),
    places: childrenOf(places, key, flags),
  };
}
