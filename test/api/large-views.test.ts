import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { exportObjectKey, exportRequestSchema } from '@millrace/export';
import { endlessView, kickOff, outcomeOf, parameters, patientView } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;

beforeAll(async () => {
  platform = await openPlatform();
});

afterAll(() => platform.close());

const inline = (...resources: readonly object[]) =>
  parameters(
    ...resources.map((resource) => ({ name: 'subject', part: [{ name: 'subjectResource', resource }] })),
  );
const large = { ...patientView, description: 'x'.repeat(100_000) };

it('while one kick-off takes all the room for views, another large one is refused, and a small one is not', async () => {
  const api = await platform.start({
    KICK_OFF_VIEWS_BYTES: '1048576',
    KICK_OFF_VIEWS_WAIT: '100ms',
    COMPILE_TIMEOUT: '2s',
  });
  let isOver = false;
  const slow = kickOff(
    api.fhirUrl,
    inline({ ...endlessView, description: 'x'.repeat(900_000) }, large),
  ).finally(() => {
    isOver = true;
  });
  let refused: Response;
  do refused = await kickOff(api.fhirUrl, inline(large));
  while (refused.status === 202 && !isOver);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await outcomeOf(refused)).issue[0]?.code).toBe('throttled');
  expect((await kickOff(api.fhirUrl, inline(patientView))).status).toBe(202);
  expect(isOver).toBe(false);
  expect((await slow).status).toBe(422);
  expect((await kickOff(api.fhirUrl, inline(large))).status).toBe(202);
});

it('many kick-offs at once that name a large stored view are all accepted, and store what they name', async () => {
  const api = await platform.start({ KICK_OFF_VIEWS_WAIT: '1m' });
  const reference = { name: 'subjectReference', valueReference: { reference: 'ViewDefinition/large' } };
  const named = Array.from({ length: 15 }, (_, at) => ({
    name: 'subject',
    part: [{ name: 'name', valueString: `v${at}` }, reference],
  }));
  await store(api, { ...large, id: 'large' });
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => kickOff(api.fhirUrl, parameters(...named))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array<number>(30).fill(202));
  for (const answer of answers) {
    const [, id = ''] =
      /export\/([0-9a-f]+)\/status$/.exec(answer.headers.get('content-location') ?? '') ?? [];
    const stored = await platform.store.read(exportObjectKey('default', id, 'request'));
    const request = exportRequestSchema.parse(JSON.parse(Buffer.from(stored ?? []).toString()));
    expect(request.subjects).toMatchObject(Array(15).fill({ view: { description: large.description } }));
  }
});

async function store(api: ApiService, view: { readonly id: string }): Promise<void> {
  const answer = await fetch(`${api.fhirUrl}/ViewDefinition/${view.id}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/fhir+json' },
    body: JSON.stringify(view),
  });
  expect(answer.status).toBe(201);
}
