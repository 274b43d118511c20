import { emptySurvey } from '@millrace/storage';
import type { Source } from '@millrace/storage';

/** A source of one input with this many empty lines: with shards of one byte each line is a shard. */
export function createIdleSource(name: string, lines: number): Source {
  return {
    name,
    fhirVersion: 'R4',
    async list() {
      return [{ key: 'Patient.ndjson', bytes: lines, compression: 'none', version: '1' }];
    },
    survey: async () => emptySurvey(),
    async *read(_input, start, end) {
      for (let at = start; at < end; at += 1) yield Buffer.from('\n');
    },
    async probe() {},
  };
}
