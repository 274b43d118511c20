import { isJsonObject } from '@millrace/fhir';
import type { Canonical, Resource } from '@millrace/fhir';
import type { Answered, TerminologyServer } from '../terminology-server.js';
import { readAnswer } from './read-answer.js';
import type { AskTerms } from './read-answer.js';

/** Pages of one search: versions of one canonical URL fill no more. */
const MOST_SEARCH_PAGES = 20;

/**
 * A terminology server behind the REST interface of FHIR.
 * https://hl7.org/fhir/terminology-service.html
 *
 * @param base its FHIR base, without a slash at the end
 */
export function createHttpTerminologyServer(base: string, terms: AskTerms): TerminologyServer {
  const get = (url: URL, wanted: string, signal: AbortSignal): Promise<Answered<Resource>> =>
    readAnswer(url, { method: 'GET' }, wanted, terms, signal);
  return {
    base,
    expand(asked, { offset, count }, signal) {
      const url = new URL(`${base}/ValueSet/$expand`);
      if (asked.kind === 'known') {
        const { canonical } = asked;
        url.searchParams.set('url', canonical.url);
        if (canonical.version !== undefined) url.searchParams.set('valueSetVersion', canonical.version);
        url.searchParams.set('count', String(count));
        url.searchParams.set('offset', String(offset));
        return get(url, 'ValueSet', signal);
      }
      const parameters = {
        resourceType: 'Parameters',
        parameter: [
          { name: 'valueSet', resource: asked.valueSet },
          { name: 'count', valueInteger: count },
          { name: 'offset', valueInteger: offset },
        ],
      };
      const headers = { 'Content-Type': 'application/fhir+json' };
      const init = { method: 'POST', body: JSON.stringify(parameters), headers };
      return readAnswer(url, init, 'ValueSet', terms, signal);
    },
    async conceptMaps({ url: canonicalUrl, version }: Canonical, signal) {
      let url: URL | undefined = new URL(`${base}/ConceptMap`);
      url.searchParams.set('url', canonicalUrl);
      if (version !== undefined) url.searchParams.set('version', version);
      const found: Resource[] = [];
      for (let page = 0; page < MOST_SEARCH_PAGES; page += 1) {
        const answer = await get(url, 'Bundle', signal);
        if (answer.kind !== 'found') return answer;
        for (const map of matches(answer.value)) found.push(map);
        const next = nextPage(answer.value);
        if (next === undefined) return { kind: 'found', value: found };
        if (!next.startsWith(`${base}/`) && !next.startsWith(`${base}?`))
          return { kind: 'failed', why: 'names a next page that is not below its own base' };
        url = new URL(next);
      }
      return { kind: 'failed', why: `has more than ${MOST_SEARCH_PAGES} pages of ConceptMaps` };
    },
  };
}

/** The ConceptMaps of a searchset, without what the server includes or remarks. */
function matches({ entry }: Resource): readonly Resource[] {
  if (!Array.isArray(entry)) return [];
  return entry.flatMap((one: unknown) => {
    const resource = isJsonObject(one) ? one['resource'] : undefined;
    const isMap = isJsonObject(resource) && resource['resourceType'] === 'ConceptMap';
    return isMap ? [{ ...resource, resourceType: 'ConceptMap' }] : [];
  });
}

function nextPage({ link }: Resource): string | undefined {
  if (!Array.isArray(link)) return undefined;
  const next: unknown = link.find((one: unknown) => isJsonObject(one) && one['relation'] === 'next');
  const url = isJsonObject(next) ? next['url'] : undefined;
  return typeof url === 'string' ? url : undefined;
}
