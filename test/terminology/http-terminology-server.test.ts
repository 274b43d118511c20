import { describe, expect, test } from '@jest/globals';
import { createHttpTerminologyServer } from '@millrace/sqlquery/http-terminology-server';
import { describeTerminologyServer } from '@millrace/sqlquery/terminology-contract';
import { startTxTestServer } from '@millrace/tx-test-server';
import type { Disturbance } from '@millrace/tx-test-server';

/** Long enough for any answer of a server on this machine. */
const LIMITS = { requestMs: 20_000, mostBytes: 1 << 20 };
const { signal } = new AbortController();
const url = 'urn:test:vs';
const asked = { kind: 'known', canonical: { url, version: undefined } } as const;
const page = { offset: 0, count: 1000 };
const valueSet = { resourceType: 'ValueSet', url, compose: { include: [] } };

describeTerminologyServer('a terminology server over HTTP', async (content) => {
  const test = await startTxTestServer({ ...content, pageCap: 1000 });
  return {
    server: createHttpTerminologyServer(test.base, LIMITS),
    [Symbol.asyncDispose]: () => test.stop(),
  };
});

describe('a terminology server that is not as it should be', () => {
  test.each<[string, Disturbance, object]>([
    [
      'an unknown artefact by its status',
      { kind: 'refuse', status: 404, code: 'processing' },
      { kind: 'unknown' },
    ],
    [
      'an unknown artefact by its issue',
      { kind: 'refuse', status: 422, code: 'not-found' },
      { kind: 'unknown' },
    ],
    [
      'a refusal with its code',
      { kind: 'refuse', status: 422, code: 'too-costly' },
      { kind: 'failed', why: 'answered with 422 (too-costly)' },
    ],
    [
      'a code that is none without it',
      { kind: 'refuse', status: 500, code: 'Jane Doe' },
      { kind: 'failed', why: 'answered with 500' },
    ],
    [
      'another resource',
      { kind: 'text', text: '{"resourceType":"Patient"}' },
      { kind: 'failed', why: 'answered with 200 and no ValueSet' },
    ],
    [
      'something else than JSON',
      { kind: 'text', text: '<html>' },
      { kind: 'failed', why: 'answered with 200 and no ValueSet' },
    ],
    [
      'more than is read',
      { kind: 'flood' },
      { kind: 'failed', why: `answered more than ${LIMITS.mostBytes} bytes` },
    ],
    [
      'an address elsewhere',
      { kind: 'redirect', to: 'http://127.0.0.1:9/' },
      { kind: 'failed', why: 'cannot be reached' },
    ],
  ])('is told as %s', async (_, disturbance, told) => {
    await using server = await startTxTestServer({ valueSets: [valueSet] });
    server.disturb(disturbance);
    const terminology = createHttpTerminologyServer(server.base, LIMITS);
    expect(await terminology.expand(asked, page, signal)).toEqual(told);
    expect(await terminology.expand(asked, page, signal)).toMatchObject({ kind: 'found' });
  });

  test('is asked with the credentials that there are at that time, and not without them', async () => {
    await using server = await startTxTestServer({ valueSets: [valueSet] });
    const values = ['Bearer one', 'Basic dHdv'];
    const authorization = async (): Promise<string> => {
      const value = values.shift();
      if (value === undefined) throw new Error('secret');
      return value;
    };
    const terminology = createHttpTerminologyServer(server.base, { ...LIMITS, authorization });
    await terminology.expand(asked, page, signal);
    await terminology.expand({ kind: 'given', valueSet }, page, signal);
    expect(await terminology.expand(asked, page, signal)).toEqual({
      kind: 'failed',
      why: 'cannot be asked, because the credentials for it cannot be read',
    });
    expect(server.authorizations).toEqual(['Bearer one', 'Basic dHdv']);
  });

  test('is given up when it does not answer', async () => {
    await using server = await startTxTestServer();
    server.disturb({ kind: 'hang' });
    const terminology = createHttpTerminologyServer(server.base, { ...LIMITS, requestMs: 20 });
    const answer = await terminology.expand(asked, page, signal);
    expect(answer).toEqual({ kind: 'failed', why: 'did not answer within 20 ms' });
  });

  test('is told as out of reach where nobody listens', async () => {
    const server = await startTxTestServer();
    await server.stop();
    const terminology = createHttpTerminologyServer(server.base, LIMITS);
    expect(await terminology.expand(asked, page, signal)).toEqual({
      kind: 'failed',
      why: 'cannot be reached',
    });
  });

  test('is read to the last page of a search, but not elsewhere', async () => {
    const map = (version: string) => ({ resourceType: 'ConceptMap', url, version });
    await using server = await startTxTestServer({ conceptMaps: ['1', '2', '3'].map(map), pageCap: 2 });
    const terminology = createHttpTerminologyServer(server.base, LIMITS);
    const found = await terminology.conceptMaps({ url, version: undefined }, signal);
    expect(found).toMatchObject({ value: [{ version: '1' }, { version: '2' }, { version: '3' }] });
    expect(server.requests).toHaveLength(2);

    const link = [{ relation: 'next', url: 'http://127.0.0.1:9/fhir/ConceptMap' }];
    server.disturb({ kind: 'text', text: JSON.stringify({ resourceType: 'Bundle', link }) });
    expect(await terminology.conceptMaps({ url, version: undefined }, signal)).toEqual({
      kind: 'failed',
      why: 'names a next page that is not below its own base',
    });
  });
});
