import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatCode, postRun, runBody } from './run-requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;

const LINES = ['{"resourceType":"Patient","id":"a"}', 'not JSON', '{"resourceType":"Group","id":"g"}'];

beforeAll(async () => {
  platform = await openPlatform();
  await writeFile(join(platform.data, 'Patient.ndjson'), LINES.map((line) => `${line}\n`).join(''));
});

afterAll(() => platform.close());

/** An answer with the fields behind its content, which `fetch` does not show. */
async function ask(
  fhirUrl: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ head: IncomingMessage['headers']; text: string; trailers: IncomingMessage['trailers'] }> {
  const sent = request(`${fhirUrl}/$sql-run`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', ...headers },
  });
  sent.end(JSON.stringify(body));
  // The event has one argument.
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { head: response.headers, text: Buffer.concat(chunks).toString(), trailers: response.trailers };
}

const skipping = { RUN_MALFORMED_LINES: 'skip' };
const NOTICES = 'x-millrace-notices';
const TRAILERS = { TE: 'gzip;q=0.5, trailers' };

describe('a line that is not a resource', () => {
  it('fails a run, unless it is to be skipped', async () => {
    const api = await platform.start();
    const response = await postRun(`${api.fhirUrl}/$sql-run`, runBody());
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('Patient.ndjson, line 2');
  });

  it('is told behind the rows to a client that takes trailers', async () => {
    const api = await platform.start(skipping);
    const { head, text, trailers } = await ask(api.fhirUrl, runBody(), TRAILERS);
    expect(text).toBe('{"id":"a"}\n');
    expect(head[NOTICES]).toBe('skipped-line=*');
    expect(head.trailer).toBe('X-Millrace-Notices');
    expect(trailers[NOTICES]).toBe('skipped-line=1, other-type=1');
  });

  it('may have been skipped, as others are told in the head', async () => {
    const api = await platform.start(skipping);
    const { head, trailers } = await ask(api.fhirUrl, runBody());
    expect(head[NOTICES]).toBe('skipped-line=*');
    expect([head.trailer, trailers]).toEqual([undefined, {}]);
  });

  it.each([
    ['Parameters', formatCode('fhir'), 'application/fhir+json'],
    ['Binary', formatCode('csv'), 'application/fhir+json'],
  ])('is counted in a %s resource of rows', async (resourceType, format, Accept) => {
    const api = await platform.start(skipping);
    const { text } = await ask(api.fhirUrl, runBody([format]), { Accept });
    expect(JSON.parse(text)).toMatchObject({
      resourceType,
      meta: {
        extension: [
          {
            url: 'urn:millrace:fhir:extension:run-notices',
            valueString: 'skipped-line=1, other-type=1',
          },
        ],
      },
    });
  });
});

describe('a run with nothing to tell', () => {
  const none = { name: 'resource', resource: { resourceType: 'Patient', id: 'a' } };

  it('says so to a client that takes trailers, and to nobody else', async () => {
    const api = await platform.start(skipping);
    expect((await ask(api.fhirUrl, runBody([none]), TRAILERS)).trailers[NOTICES]).toBe('none');
    const { head, text } = await ask(api.fhirUrl, runBody([none, formatCode('fhir')]));
    expect(head[NOTICES]).toBeUndefined();
    expect(JSON.parse(text)).not.toHaveProperty('meta');
  });

  it('tells the notices that are known before its head there, and has no trailer without rows', async () => {
    const api = await platform.start(skipping);
    const group = { name: 'resource', resource: { resourceType: 'Group', id: 'g' } };
    const { head, text } = await ask(api.fhirUrl, runBody([group]), TRAILERS);
    expect([text, head[NOTICES], head.trailer]).toEqual(['', 'other-type=1', undefined]);
  });
});
