import { describe, expect, it } from '@jest/globals';
import { bundledViews } from './bundled.js';
import { SAMPLE_TYPES } from './resource/seeded.js';

describe('the bundled views', () => {
  it('are these', async () => {
    expect((await bundledViews()).map(({ name }) => name)).toEqual([
      'condition_flat',
      'encounter_flat',
      'observation_components',
      'observation_flat',
      'observation_values',
      'patient_addresses',
      'patient_demographics',
      'patient_telecom_union',
    ]);
  });

  it('are named as their files, over a type that the sample has, with a type for every column', async () => {
    for (const { name, view } of await bundledViews()) {
      expect(view).toMatchObject({ resourceType: 'ViewDefinition', name, status: 'active' });
      expect(SAMPLE_TYPES).toContain(view['resource']);
      for (const column of columnsIn(view['select']))
        expect(column).toMatchObject({ type: expect.any(String) });
    }
  });
});

function columnsIn(node: unknown): unknown[] {
  if (Array.isArray(node)) return node.flatMap(columnsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'column' ? (value as unknown[]) : columnsIn(value),
  );
}
