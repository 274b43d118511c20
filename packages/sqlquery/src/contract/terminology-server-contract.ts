import { describe, expect, it } from '@jest/globals';
import type { Resource } from '@millrace/fhir';
import type { Answered, TerminologyServer } from '../terminology/terminology-server.js';

export interface TerminologyServerUnderTest extends AsyncDisposable {
  readonly server: TerminologyServer;
}

/** The content of the server that `make` gives. */
export interface TerminologyContent {
  readonly valueSets: readonly Resource[];
  readonly conceptMaps: readonly Resource[];
}

const COLOURS = 'urn:test:colours';
const included = (...codes: readonly string[]): object => ({
  include: [{ system: COLOURS, concept: codes.map((code) => ({ code })) }],
});
const valueSet = (version: string, ...codes: readonly string[]): Resource => ({
  resourceType: 'ValueSet',
  url: 'urn:test:vs',
  version,
  compose: included(...codes),
});
const conceptMap = (url: string, version: string): Resource => ({ resourceType: 'ConceptMap', url, version });

const CONTENT: TerminologyContent = {
  valueSets: [valueSet('1', 'red', 'green', 'blue'), valueSet('2', 'grey')],
  conceptMaps: [
    conceptMap('urn:test:map', '1'),
    conceptMap('urn:test:map', '2'),
    conceptMap('urn:test:other', '1'),
  ],
};

/** The promises of every adapter for a terminology server. */
export function describeTerminologyServer(
  name: string,
  make: (content: TerminologyContent) => Promise<TerminologyServerUnderTest>,
): void {
  const signal = new AbortController().signal;
  const all = { offset: 0, count: 100 };
  const known = (url: string, version?: string) => ({ kind: 'known', canonical: { url, version } }) as const;

  describe(name, () => {
    it('expands a value set that it knows, in the version that is named', async () => {
      await using t = await make(CONTENT);
      expect(codesIn(await t.server.expand(known('urn:test:vs', '2'), all, signal))).toEqual(['grey']);
      expect(codesIn(await t.server.expand(known('urn:test:vs', '1'), all, signal))).toEqual([
        'red',
        'green',
        'blue',
      ]);
    });

    it('expands a value set that is given to it', async () => {
      await using t = await make(CONTENT);
      const given = { kind: 'given', valueSet: valueSet('9', 'black') } as const;
      expect(codesIn(await t.server.expand(given, all, signal))).toEqual(['black']);
    });

    it('answers the page that is asked for', async () => {
      await using t = await make(CONTENT);
      const page = await t.server.expand(known('urn:test:vs', '1'), { offset: 1, count: 1 }, signal);
      expect(codesIn(page)).toEqual(['green']);
      expect(page).toMatchObject({ value: { expansion: { total: 3, offset: 1 } } });
    });

    it('says that it does not know a value set', async () => {
      await using t = await make(CONTENT);
      expect(await t.server.expand(known('urn:test:absent'), all, signal)).toEqual({ kind: 'unknown' });
      expect(await t.server.expand(known('urn:test:vs', '3'), all, signal)).toEqual({ kind: 'unknown' });
    });

    it('finds the concept maps of a URL, in all versions or in one', async () => {
      await using t = await make(CONTENT);
      const versions = async (version?: string) => {
        const answer = await t.server.conceptMaps({ url: 'urn:test:map', version }, signal);
        return answer.kind === 'found' ? answer.value.map((map) => map['version']) : answer;
      };
      expect(await versions()).toEqual(['1', '2']);
      expect(await versions('2')).toEqual(['2']);
      expect(await versions('3')).toEqual([]);
    });

    it('fails and does not throw when its time is over', async () => {
      await using t = await make(CONTENT);
      const over = AbortSignal.abort();
      expect(await t.server.expand(known('urn:test:vs', '1'), all, over)).toMatchObject({ kind: 'failed' });
      expect(await t.server.conceptMaps({ url: 'urn:test:map', version: undefined }, over)).toMatchObject({
        kind: 'failed',
      });
    });
  });
}

function codesIn(answer: Answered<Resource>): unknown {
  if (answer.kind !== 'found') return answer;
  // The content of the tests is of this shape.
  const { contains } = answer.value['expansion'] as {
    readonly contains: readonly { readonly code: string }[];
  };
  return contains.map(({ code }) => code);
}
