import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { millrace } from '../cli/millrace.js';
import { startTestStack } from '../e2e/test-stack.js';
import { download } from '../e2e/wire.js';
import { describeCase } from './read-case.js';

jest.setTimeout(120_000);

describeCase('04-constant-decimal-text', (read) => {
  let data: string;
  let stack: LocalStack;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'millrace-constants-'));
    await cp(join(read().folder, 'input.ndjson'), join(data, 'Observation.ndjson'));
    stack = await startTestStack({ data, workers: 1 });
  });
  afterAll(async () => {
    await stack?.[Symbol.asyncDispose]();
    await rm(data, { recursive: true, force: true });
  });

  const viewText = (): Promise<string> => readFile(join(read().folder, 'view.json'), 'utf8');
  const send = (method: string, path: string, body: string): Promise<Response> =>
    fetch(`${stack.api.fhirUrl}${path}`, {
      method,
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
      body,
    });

  /** The output of an export of the subject that is given by JSON text, byte by byte. */
  async function exported(part: string): Promise<string> {
    const format = '{"name":"_format","valueCode":"ndjson"}';
    const subject = `{"name":"subject","part":[${part}]}`;
    const body = `{"resourceType":"Parameters","parameter":[${subject},${format}]}`;
    const response = await send('POST', '/$sql-export', body);
    expect(response.status).toBe(202);
    const { outputs } = await download(response.headers.get('content-location') ?? '');
    return [...outputs.values()]
      .flat()
      .map(({ body: bytes }) => bytes.toString())
      .join('');
  }

  it.each(['scan', 'codegen', 'fhirpath', 'auto'])(
    'the command line keeps the digits of a constant, by %s',
    async (engine) => {
      const { folder, expected } = read();
      const { out } = await millrace(
        'run',
        '--view',
        join(folder, 'view.json'),
        '--input',
        join(folder, 'input.ndjson'),
        '--format',
        'ndjson',
        '--engine',
        engine,
      );
      expect(out).toBe(expected);
    },
  );

  it('an export keeps the digits of a constant of an inline view', async () => {
    const part = `{"name":"subjectResource","resource":${await viewText()}}`;
    expect(await exported(part)).toBe(read().expected);
  });

  it('a stored definition keeps them, for exports and for readers', async () => {
    const view = (await viewText()).replace('"name"', '"id": "decimals", "name"');
    expect((await send('PUT', '/ViewDefinition/decimals', view)).status).toBe(201);
    const stored = await (await fetch(`${stack.api.fhirUrl}/ViewDefinition/decimals`)).text();
    // As it was written, blanks among it.
    expect(stored).toMatch(/"valueDecimal": ?1\.50\b/);
    const part = '{"name":"subjectReference","valueReference":{"reference":"ViewDefinition/decimals"}}';
    expect(await exported(part)).toBe(read().expected);
  });

  it('the command line sends them on', async () => {
    const out = join(data, 'out');
    const { code } = await millrace(
      'export',
      '--server',
      stack.api.fhirUrl,
      '--view',
      join(read().folder, 'view.json'),
      '--format',
      'ndjson',
      '--out',
      out,
    );
    expect(code).toBe(0);
    const files = await readdir(out, { recursive: true });
    const written = files.filter((file) => file.endsWith('.ndjson'));
    expect(await readFile(join(out, written[0] ?? ''), 'utf8')).toBe(read().expected);
  });
});
