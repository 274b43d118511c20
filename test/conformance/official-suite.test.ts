import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Ajv } from 'ajv';

jest.setTimeout(120_000);

const PROGRAM = resolve(import.meta.dirname, '../../scripts/conformance.mjs');
const SUITE = resolve(process.env['SOF_TESTS'] ?? '../shared/spec/sof-tests');
const REPORT_SCHEMA = process.env['SOF_REPORT_SCHEMA'] ?? join(dirname(SUITE), 'test-report.schema.json');
const describeSuite = existsSync(SUITE) && existsSync(REPORT_SCHEMA) ? describe : describe.skip;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-suite-'));
});

afterAll(() => rm(folder, { recursive: true }));

describeSuite('npm run conformance', () => {
  test('passes the official suite on every tier and over HTTP, and writes its report', async () => {
    const path = join(folder, 'test_report.json');
    const child = spawn(process.execPath, [PROGRAM, SUITE, '--report', path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [out, [code]] = await Promise.all([
      text(child.stdout),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    expect(out).toMatch(
      /^scan: (\d+) passed, 0 failed\ncodegen: \1 passed, 0 failed\nfhirpath: \1 passed, 0 failed\nhttp: \1 passed, 0 failed\n\1 passed, 0 failed\n$/,
    );
    expect(code).toBe(0);
    const report: unknown = JSON.parse(await readFile(path, 'utf8'));
    const schema = JSON.parse(await readFile(REPORT_SCHEMA, 'utf8')) as object;
    const validate = new Ajv({ strict: false }).compile(schema);
    expect({ valid: validate(report), errors: validate.errors }).toEqual({ valid: true, errors: null });
  });
});
