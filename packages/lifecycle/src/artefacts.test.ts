import { expect, test } from '@jest/globals';
import { ArtefactError } from '@millrace/export';
import { describeError } from '@millrace/observability';
import { readManifest, readPlan } from './artefacts.js';

test.each([
  ['{"name": Jane Doe', 'is not JSON'],
  ['{"schemaVersion":"Jane Doe"}', 'is not what is kept there'],
  ['[]', 'is not what is kept there, by all of it'],
])('an object that holds %s is named, and not quoted', async (text, reason) => {
  const store = { read: async () => Buffer.from(text) };
  for (const read of [readManifest(store, 't', 'e'), readPlan(store, 't', 'e')]) {
    const error: unknown = await read.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArtefactError);
    const { message } = describeError(error);
    expect(message).toMatch(/^t\/e\/(manifest|plan)\.json /);
    expect(message).toContain(reason);
    expect(JSON.stringify(describeError(error))).not.toContain('Jane');
  }
});
