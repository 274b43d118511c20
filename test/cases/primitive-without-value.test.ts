import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { millrace } from '../cli/millrace.js';
import { describeCase } from './read-case.js';

jest.setTimeout(60_000);

describeCase('02-primitive-without-value', (read) => {
  test.each(['scan', 'codegen', 'fhirpath', 'auto'])('is an element on the engine %s', async (engine) => {
    const { folder, expected } = read();
    const files = ['--view', join(folder, 'view.json'), '--input', join(folder, 'input.ndjson')];
    const { code, out } = await millrace('run', ...files, '--format', 'ndjson', '--engine', engine);
    expect(code).toBe(0);
    expect(out).toBe(expected);
  });
});
