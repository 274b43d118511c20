import type { TestAnswer, TestResource } from './answer.js';

/**
 * A page of the maps with this URL and version, in the order in which they were given. Like some servers it also answers maps
 * whose URL only begins so.
 *
 * @param asked the URL of the request, of which the next page is made
 */
export function searchConceptMaps(maps: readonly TestResource[], asked: URL, pageCap: number): TestAnswer {
  const url = asked.searchParams.get('url') ?? '';
  const version = asked.searchParams.get('version');
  const from = Number(asked.searchParams.get('_from') ?? 0);
  const found = maps.filter(
    (map) => String(map['url']).startsWith(url) && (version === null || map['version'] === version),
  );
  const next = new URL(asked);
  next.searchParams.set('_from', String(from + pageCap));
  return {
    status: 200,
    body: {
      resourceType: 'Bundle',
      type: 'searchset',
      total: found.length,
      link: from + pageCap < found.length ? [{ relation: 'next', url: next.href }] : [],
      entry: found.slice(from, from + pageCap).map((resource) => ({ resource, search: { mode: 'match' } })),
    },
  };
}
