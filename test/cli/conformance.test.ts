import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { millrace } from './millrace.js';

jest.setTimeout(120_000);

const SUITE = resolve(process.env['SOF_TESTS_DIR'] ?? '../shared/spec/sof-tests');
const describeSuite = existsSync(SUITE) ? describe : describe.skip;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-suite-'));
});

afterAll(() => rm(folder, { recursive: true }));

describeSuite('millrace conformance', () => {
  test('passes the official suite on every tier and over HTTP, and writes its report', async () => {
    const report = join(folder, 'test_report.json');
    const { code, out } = await millrace('conformance', SUITE, '--report', report);
    expect(out).toMatch(
      /^codegen: (\d+) passed, 0 failed\nfhirpath: \1 passed, 0 failed\nhttp: \1 passed, 0 failed$/m,
    );
    expect(out.trim().split('\n').at(-1)).toMatch(/^\d+ passed, 0 failed$/);
    expect(code).toBe(0);
    const files = JSON.parse(await readFile(report, 'utf8')) as Record<
      string,
      { tests: { result: object }[] }
    >;
    expect(files['basic.json']?.tests[0]?.result).toMatchObject({ passed: true });
  });
});
