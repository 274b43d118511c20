import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { accepted, parameters } from '../api/requests.js';
import { openPlatform } from '../api/start-api.js';
import type { Platform } from '../api/start-api.js';
import { describeCase } from './read-case.js';

describeCase('09-percent-24', (read) => {
  let platform: Platform;
  let api: ApiService;

  beforeAll(async () => {
    platform = await openPlatform();
    await writeFile(join(platform.data, 'Patient.ndjson'), read().input);
    api = await platform.start();
    const stored = await send('PUT', '/ViewDefinition/v', { ...read().view, id: 'v' });
    expect(stored.status).toBe(201);
  });
  afterAll(() => platform.close());

  const send = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${api.fhirUrl}${path}`, {
      method,
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
    });

  it.each([
    ['/%24sql-export', 'subject', 'subjectResource'],
    ['/%24viewdefinition-export', 'view', 'viewResource'],
    ['/ViewDefinition/%24viewdefinition-export', 'view', 'viewResource'],
    ['/ViewDefinition/v/%24viewdefinition-export', undefined, ''],
  ])('POST %s answers as with a dollar sign', async (path, naming, form) => {
    const body =
      naming === undefined
        ? parameters()
        : parameters({ name: naming, part: [{ name: form, resource: read().view }] });
    const answers = await Promise.all([path, path.replace('%24', '$')].map((one) => send('POST', one, body)));
    for (const answer of answers) expect((await accepted(answer)).id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('GET /%24sql-export is refused as GET /$sql-export is', async () => {
    const answers = await Promise.all(['%24', '$'].map((sign) => send('GET', `/${sign}sql-export`)));
    const [escaped, plain] = await Promise.all(answers.map((answer) => answer.json()));
    expect(answers.map(({ status }) => status)).toEqual([400, 400]);
    expect(escaped).toEqual(plain);
  });

  it('text that is escaped twice, or in the query, stays as it is', async () => {
    expect((await send('POST', '/%2524sql-export', parameters())).status).toBe(404);
    const found = await send('GET', '/ViewDefinition?url=%24sql-export');
    expect(await found.json()).toMatchObject({ total: 0 });
  });
});
