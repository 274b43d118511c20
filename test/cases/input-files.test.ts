import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { millrace } from '../cli/millrace.js';
import { idView } from '../e2e/id-view.js';
import { startTestStack } from '../e2e/test-stack.js';
import { download, kickOff, rowsIn } from '../e2e/wire.js';
import { describeCase } from './read-case.js';

const ENGINES = ['scan', 'codegen', 'fhirpath', 'auto'];

function run(folder: string, input: string, engine: string) {
  const args = ['--view', join(folder, 'view.json'), '--input', input, '--format', 'ndjson'];
  return millrace('run', ...args, '--engine', engine);
}

describeCase('05-bulk-client-file-names', (read) => {
  test.each(ENGINES)('a folder is read by the names of its files on the engine %s', async (engine) => {
    const { folder, expected } = read();
    expect(await run(folder, folder, engine)).toMatchObject({ code: 0, out: expected });
  });

  test('a stack reads it too', async () => {
    const { folder, expected } = read();
    await using stack = await startTestStack({ data: folder, workers: 1 });
    const statusUrl = await kickOff(stack.api.fhirUrl, { views: [idView('Patient')], format: 'ndjson' });
    const { outputs } = await download(statusUrl);
    expect(rowsIn(outputs.get('patients'))).toEqual([JSON.parse(expected)]);
  });
});

describeCase('06-bom', (read) => {
  test.each(ENGINES)('a byte order mark at the start is ignored on the engine %s', async (engine) => {
    const { folder, expected } = read();
    const input = join(folder, 'input.ndjson');
    expect(await run(folder, input, engine)).toEqual({ code: 0, out: expected, err: '' });
  });
});
