import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { exportObjectKey } from '@millrace/export';
import { completeExport, failExport } from './finish-export.js';
import { accepted, kickOff, outcomeOf, parameters, patientView, subject } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;
let other: ApiService;
let key = '';
let keys = 0;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start();
  other = await platform.start();
});

beforeEach(() => {
  keys += 1;
  key = `key-${keys}`;
});

afterAll(() => platform.close());

const ask = (at: ApiService = api, body: unknown = parameters(subject), headers = {}) =>
  kickOff(at.fhirUrl, body, { 'Idempotency-Key': `"${key}"`, ...headers });
const idFrom = async (response: Response) => (await accepted(response)).id;
const requestOf = async (id: string): Promise<unknown> =>
  JSON.parse(
    Buffer.from((await platform.store.read(exportObjectKey('default', id, 'request'))) ?? '').toString(),
  );

describe('kick-offs with one idempotency key and the same request', () => {
  it('in turns over two instances are one export, and have one answer', async () => {
    const before = await platform.exportCount();
    const answers: Response[] = [];
    for (let turn = 0; turn < 6; turn += 1) answers.push(await ask(turn % 2 === 0 ? api : other));
    const bodies = await Promise.all(answers.map((answer) => answer.clone().text()));
    expect(new Set(bodies.map((body) => body.replaceAll(other.fhirUrl, api.fhirUrl))).size).toBe(1);
    expect(new Set(await Promise.all(answers.map(idFrom))).size).toBe(1);
    expect(await platform.exportCount()).toBe(before + 1);
  });

  it('at the same time are one export; a client that cannot get its id yet is asked to try again', async () => {
    const before = await platform.exportCount();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => ask(at % 2 === 0 ? api : other)));
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expect(answer.status).toBe(409);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await outcomeOf(answer)).issue[0]?.diagnostics).toContain('Idempotency-Key');
    }
    const started = answers.filter(({ status }) => status === 202);
    expect(new Set(await Promise.all(started.map(idFrom))).size).toBe(1);
    expect(await platform.exportCount()).toBe(before + 1);
    expect(await idFrom(await ask())).toBe(await idFrom(await ask(other)));
  });

  it('have the same answer while the export runs, after it completed, and after it failed', async () => {
    for (const end of [
      (id: string) => completeExport(platform, id, ['{}\n']),
      (id: string) => failExport(platform, id, { status: 422, code: 'processing', diagnostics: 'no' }),
    ]) {
      key += 'x';
      const id = await idFrom(await ask());
      await end(id);
      expect(await idFrom(await ask(other))).toBe(id);
    }
  });

  it('are the same however the body and the key are written', async () => {
    const id = await idFrom(await ask());
    const { resourceType, parameter } = parameters(subject);
    expect(await idFrom(await ask(other, JSON.stringify({ parameter, resourceType }, undefined, 2)))).toBe(
      id,
    );
    expect(await idFrom(await ask(other, undefined, { 'Idempotency-Key': key }))).toBe(id);
    expect(await idFrom(await ask(other, undefined, { Prefer: 'respond-async, wait=1' }))).toBe(id);
  });

  it('have the same answer although the stored view has changed or is gone', async () => {
    const put = (name: string) =>
      fetch(`${api.fhirUrl}/ViewDefinition/keyed`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/fhir+json' },
        body: JSON.stringify({ ...patientView, id: 'keyed', name }),
      });
    await put('before');
    const reference = { name: 'subjectReference', valueReference: { reference: 'ViewDefinition/keyed' } };
    const body = parameters({ name: 'subject', part: [reference] });
    const id = await idFrom(await ask(api, body));
    await put('after');
    expect(await idFrom(await ask(other, body))).toBe(id);
    await fetch(`${api.fhirUrl}/ViewDefinition/keyed`, { method: 'DELETE' });
    expect(await idFrom(await ask(other, body))).toBe(id);
  });

  it('leave the text of the key nowhere: the request holds digests', async () => {
    const stored = await requestOf(await idFrom(await ask()));
    expect(stored).toMatchObject({
      idempotency: {
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        request: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    expect(JSON.stringify(stored)).not.toContain(key);
  });

  it('need a body that says so: without a key each one is another export', async () => {
    const ids = await Promise.all([api, other].map(async (at) => idFrom(await kickOff(at.fhirUrl))));
    expect(new Set(ids).size).toBe(2);
  });
});

describe('a kick-off with the key of another request', () => {
  it.each<[string, object[], Record<string, string>]>([
    [
      'view',
      [{ name: 'subject', part: [{ name: 'subjectResource', resource: { ...patientView, name: 'b' } }] }],
      {},
    ],
    ['parameter', [subject, { name: 'header', valueBoolean: true }], {}],
    ['handling of faults', [subject], { Prefer: 'respond-async, handling=lenient' }],
  ])('that differs by its %s is refused with 422 and starts nothing', async (_, parameter, headers) => {
    const id = await idFrom(await ask());
    const before = await platform.exportCount();
    const refused = await ask(other, parameters(...parameter), headers);
    expect(refused.status).toBe(422);
    const { issue } = await outcomeOf(refused);
    expect(issue[0]).toMatchObject({
      severity: 'error',
      diagnostics: expect.stringContaining('Idempotency-Key'),
    });
    expect(await platform.exportCount()).toBe(before);
    expect(await idFrom(await ask())).toBe(id);
  });

  it('at the address of another operation is refused too', async () => {
    const view = parameters({ name: 'view', part: [{ name: 'viewResource', resource: patientView }] });
    const at = (path: string) =>
      fetch(`${api.fhirUrl}/${path}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/fhir+json',
          Prefer: 'respond-async',
          'Idempotency-Key': key,
        },
        body: JSON.stringify(view),
      });
    expect((await at('$viewdefinition-export')).status).toBe(202);
    expect((await at('ViewDefinition/$viewdefinition-export')).status).toBe(422);
  });
});

describe('after Redis has lost everything', () => {
  const lost = async (body?: unknown): Promise<string> => {
    const id = await idFrom(await ask(api, body));
    await platform.loseRedis();
    return id;
  };

  it('the same kick-off to another instance is the same export, before anything was put back', async () => {
    const id = await lost();
    expect(await idFrom(await ask(other))).toBe(id);
    expect(await platform.exportCount()).toBeGreaterThan(0);
  });

  it('so are many of them at once', async () => {
    const id = await lost();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(at % 2 === 0 ? api : other)));
    expect(new Set(await Promise.all(answers.map(idFrom)))).toEqual(new Set([id]));
  });

  it('another request with the key is refused', async () => {
    await lost();
    expect((await ask(other, parameters(subject, { name: 'header', valueBoolean: true }))).status).toBe(422);
  });

  it('a key that nobody has used starts an export', async () => {
    const id = await lost();
    key += '-unused';
    expect(await idFrom(await ask(other))).not.toBe(id);
  });
});

describe('a key is free again', () => {
  it.each([
    ['the export was cancelled', 'status', false],
    ['the completed export was deleted', 'result', true],
    ['the running export was deleted', 'result', false],
  ])('once %s', async (_, path, isComplete) => {
    const { id, status } = await accepted(await ask());
    if (isComplete) await completeExport(platform, id, ['{}\n']);
    const gone = await fetch(status.replace(/status$/, path), { method: 'DELETE' });
    expect(gone.status).toBe(202);
    expect(
      await idFrom(await ask(other, parameters(subject, { name: 'header', valueBoolean: true }))),
    ).not.toBe(id);
  });

  it('after a request that was refused', async () => {
    expect((await ask(api, parameters())).status).toBe(400);
    await idFrom(await ask());
  });
});

describe('a key', () => {
  it.each(['""', '"a", "b"', 'a b', `"${'x'.repeat(256)}"`])(
    'that is %s is refused with 400, and nothing starts',
    async (header) => {
      const before = await platform.exportCount();
      const refused = await ask(api, undefined, { 'Idempotency-Key': header });
      expect(refused.status).toBe(400);
      expect((await outcomeOf(refused)).issue[0]?.diagnostics).toContain('Idempotency-Key');
      expect(await platform.exportCount()).toBe(before);
    },
  );

  it('changes nothing about a request with a fault outside its body', async () => {
    await idFrom(await ask());
    const refused = await ask(other, undefined, { Prefer: 'return=minimal' });
    expect(refused.status).toBe(400);
    expect((await outcomeOf(refused)).issue[0]?.code).toBe('required');
  });
});
