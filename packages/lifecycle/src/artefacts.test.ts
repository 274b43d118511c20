import { expect, test } from '@jest/globals';
import { ArtefactError, NewerVersionError } from '@millrace/export';
import { describeError } from '@millrace/observability';
import { readManifest, readPlan, readRequest } from './artefacts.js';

test.each([
  ['{"name": Jane Doe', 'is not JSON'],
  ['{"schemaVersion":"Jane Doe"}', 'has unexpected content at'],
  ['{"schemaVersion":0}', 'has unexpected content at'],
  ['{"schemaVersion":2,"stages":[[{"kind":"Jane Doe"}]]}', 'has unexpected content at'],
  ['[]', 'has unexpected content at its root'],
])('an object that holds %s is named, and not quoted', async (text, reason) => {
  const store = { read: async () => Buffer.from(text) };
  for (const read of [readManifest, readPlan]) {
    const error: unknown = await read(store, 't', 'e').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArtefactError);
    const { message } = describeError(error);
    expect(message).toMatch(/^t\/e\/(manifest|plan)\.json /);
    expect(message).toContain(reason);
    expect(JSON.stringify(describeError(error))).not.toContain('Jane');
  }
});

test.each([
  ['plan of another schema version', readPlan, '{"schemaVersion":5,"graph":[]}', 'schemaVersion 5'],
  [
    'plan with a task of another kind',
    readPlan,
    '{"schemaVersion":2,"inputs":[],"passes":[],"outputs":[],"stages":[[{"kind":"merge","sql":"Jane"}]]}',
    'kind "merge"',
  ],
  ['request of another schema version', readRequest, '{"schemaVersion":6}', 'schemaVersion 6'],
  [
    'request for a subject of another kind',
    readRequest,
    '{"schemaVersion":1,"subjects":[{"kind":"merge","name":"Jane"}]}',
    'kind "merge"',
  ],
  [
    'manifest of another schema version',
    readManifest,
    '{"schemaVersion":2,"outcome":"failed"}',
    'schemaVersion 2',
  ],
] as const)('a %s is of a newer version, and not damaged', async (_, read, text, what) => {
  const error: unknown = await read({ read: async () => Buffer.from(text) }, 't', 'e').catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NewerVersionError);
  const { message } = describeError(error);
  expect(message).toMatch(/^t\/e\/(request|manifest|plan)\.json was written by a newer version: /);
  expect(message).toContain(what);
  expect(JSON.stringify(describeError(error))).not.toContain('Jane');
});
