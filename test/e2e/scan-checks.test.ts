import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

/** The second resource has a fault in a value that no view reads. */
const LINES = [
  '{"resourceType":"Patient","id":"a","active":true}',
  '{"resourceType":"Patient","id":"b","active":tru}',
  '{"resourceType":"Patient","id":"c","active":true}',
];

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-scan-checks-'));
  await writeFile(join(data, 'Patient.ndjson'), `${LINES.join('\n')}\n`);
});
afterEach(async () => {
  await rm(data, { recursive: true, force: true });
});

test.each([
  ['is left out of the rows by default', {}, ['a', 'c']],
  ['gives its row under SCAN_CHECKS=read', { SCAN_CHECKS: 'read' }, ['a', 'b', 'c']],
])(
  'a line with a fault where no view reads %s',
  async (_, setting, ids) => {
    const environment = { ENGINE: 'scan', MALFORMED_LINES: 'skip', ENGINE_THREADS: '1', ...setting };
    await using stack = await startTestStack({ data, workers: 1, environment });
    const request = { views: [idView('Patient')], format: 'ndjson' };
    const { outputs } = await download(await kickOff(stack.api.fhirUrl, request));
    expect(rowsIn(outputs.get('patients'))).toEqual(ids.map((id) => ({ id })));
  },
  90_000,
);
