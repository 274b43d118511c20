import { describe, expect, test } from '@jest/globals';
import { readIdSet, writeIdSet } from '@millrace/scan';
import { createMemorySource } from '@millrace/storage/memory';
import type { FilterTerms } from '../range/resource-filter.js';
import { PROVENANCE_LIMITS, chooseProvenance } from './choose-provenance.js';
import type { ProvenanceChoice } from './choose-provenance.js';

const OLD = '2024-01-01T00:00:00Z';
const NEW = '2026-01-01T00:00:00Z';
const UNTIL = '2026-06-01T00:00:00Z';
const LATER = '2026-12-01T00:00:00Z';

const provenance = (id: string | undefined, recorded: string | undefined, ...targets: readonly string[]) => ({
  resourceType: 'Provenance',
  id,
  meta: { lastUpdated: recorded ?? OLD },
  recorded,
  target: targets.map((reference) => ({ reference })),
});
const observation = (id: string, lastUpdated: string, of = 'a') => ({
  resourceType: 'Observation',
  id,
  meta: { lastUpdated },
  subject: { reference: `Patient/${of}` },
});

function source(files: Readonly<Record<string, readonly object[]>>) {
  const contents = Object.entries(files).map(([type, resources]) => {
    const lines = resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
    return [`${type}.ndjson`, Buffer.from(lines)] as const;
  });
  return createMemorySource({ name: 'default', fhirVersion: 'R4', files: new Map(contents) });
}

const idSet = (...ids: readonly string[]) => readIdSet(writeIdSet(new Set(ids)));
const SIGNAL = new AbortController().signal;
const ALL: FilterTerms = { until: UNTIL, patients: undefined, bases: ['https://ehr.example/fhir'] };

async function chosen(
  files: Readonly<Record<string, readonly object[]>>,
  choice: ProvenanceChoice,
  terms: FilterTerms = ALL,
): Promise<readonly string[]> {
  return [...(await chooseProvenance(source(files), choice, terms, SIGNAL)).ids].sort();
}

const OBSERVATIONS: ProvenanceChoice = { kind: 'relevant', types: ['Observation'] };

describe('that of the exported resources', () => {
  const files = {
    Observation: [observation('old', OLD), observation('new', NEW), observation('b', NEW, 'b')],
    Patient: [{ resourceType: 'Patient', id: 'a' }],
    Provenance: [
      provenance('of-old', OLD, 'Observation/old'),
      provenance('of-new', OLD, 'Observation/new/_history/3', 'Observation/old'),
      provenance('of-new-too', NEW, 'https://ehr.example/fhir/Observation/new'),
      provenance('behind-another-base', NEW, 'https://elsewhere.example/fhir/Observation/new'),
      provenance('of-b', NEW, 'Observation/b'),
      provenance('of-a-type-that-is-not-exported', NEW, 'Patient/a'),
      provenance('after-the-export', LATER, 'Observation/new'),
    ],
  };

  test('is all that has one of them as target, whatever its own age', async () => {
    expect(await chosen(files, OBSERVATIONS)).toEqual(['of-b', 'of-new', 'of-new-too', 'of-old']);
    const since = { ...ALL, since: '2025-01-01T00:00:00Z' };
    expect(await chosen(files, OBSERVATIONS, since)).toEqual(['of-b', 'of-new', 'of-new-too']);
    const ofPatient = { ...since, patients: idSet('a') };
    expect(await chosen(files, OBSERVATIONS, ofPatient)).toEqual(['of-new', 'of-new-too']);
  });

  test('is the one that was recorded last for each of them', async () => {
    const latest = { ...OBSERVATIONS, kind: 'latest' } as const;
    expect(await chosen(files, latest)).toEqual(['of-b', 'of-new-too', 'of-old', 'of-new'].sort());
  });

  test('is several that were recorded last at the same moment, and one without a moment only where there is no other', async () => {
    const latest = { ...OBSERVATIONS, kind: 'latest' } as const;
    const undated = {
      Observation: [observation('a', OLD), observation('b', OLD)],
      Provenance: [
        provenance('undated-of-a', undefined, 'Observation/a'),
        provenance('of-a', '2026-01-01T01:00:00+01:00', 'Observation/a'),
        provenance('of-a-too', NEW, 'Observation/a'),
        provenance('before', OLD, 'Observation/a'),
        provenance('undated-of-b', '2026-02-30', 'Observation/b'),
      ],
    };
    expect(await chosen(undated, latest)).toEqual(['of-a', 'of-a-too', 'undated-of-b']);
  });
});

describe('that of compartments', () => {
  const files = {
    Observation: [observation('a1', OLD), observation('b1', OLD, 'b')],
    Patient: [
      { resourceType: 'Patient', id: 'a' },
      { resourceType: 'Patient', id: 'b' },
    ],
    Provenance: [
      provenance('of-a', OLD, 'Patient/a'),
      provenance('of-a1', OLD, 'Observation/a1'),
      provenance('of-b1', OLD, 'Observation/b1'),
      provenance(undefined, OLD, 'Observation/a1'),
    ],
  };
  const terms = { ...ALL, patients: idSet('a', 'b'), joined: idSet('b') };

  test('tells which is of patients who joined later, and counts what has no id', async () => {
    const { ids, joined, withoutId } = await chooseProvenance(
      source(files),
      { kind: 'compartments' },
      terms,
      SIGNAL,
    );
    expect([...ids].sort()).toEqual(['of-a', 'of-a1', 'of-b1']);
    expect([...(joined ?? [])]).toEqual(['of-b1']);
    expect(withoutId).toBe(1);
  });

  test.each([
    ['resources', { resources: 3 }],
    ['targets', { targets: 2 }],
    ['bytes', { bytes: 100 }],
  ])('is not chosen among too many %s', async (_, limits) => {
    const choosing = chooseProvenance(source(files), { kind: 'compartments' }, terms, SIGNAL, {
      ...PROVENANCE_LIMITS,
      ...limits,
    });
    await expect(choosing).rejects.toThrow('the most that Provenance is chosen from');
  });

  test('looks for no other target where a patient is one', async () => {
    const many = {
      ...files,
      Provenance: [provenance('of-a', OLD, 'Patient/a', 'Observation/x', 'Observation/y')],
    };
    const limits = { ...PROVENANCE_LIMITS, targets: 1 };
    const { ids } = await chooseProvenance(
      source(many),
      { kind: 'compartments' },
      { ...ALL, patients: idSet('a') },
      SIGNAL,
      limits,
    );
    expect([...ids]).toEqual(['of-a']);
  });
});
