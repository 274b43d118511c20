import type { Issue } from '@millrace/fhir';
import { createMemorySink } from '@millrace/storage/memory';
import type { ObjectStore } from '@millrace/storage';
import type { GivenResource, Handling } from '../check-definition.js';
import type { DefinitionType } from '../definition-type.js';
import { createDefinitions } from '../definitions.js';
import type { Definitions } from '../definitions.js';
import { createMemoryDefinitionCache } from '../memory-definition-cache.js';
import type { Criterion } from '../search.js';

export const view = {
  resourceType: 'ViewDefinition',
  name: 'patients',
  resource: 'Patient',
  status: 'active',
};
export const library = { resourceType: 'Library', url: 'http://x.org/lib', status: 'active' };

export const fault: Issue = {
  severity: 'error',
  code: 'invalid',
  diagnostics: 'no',
  expression: ['ViewDefinition.select'],
};

export const warning: Issue = { ...fault, severity: 'warning' };

export function given(resource: object | string): GivenResource {
  const text = typeof resource === 'string' ? resource : JSON.stringify(resource);
  return { text, tree: JSON.parse(text) as unknown };
}

/** The requests of a test, shorter. */
function shorter(definitions: Definitions) {
  const check = (resource: object | string, handling?: Handling) => {
    const { resourceType } = given(resource).tree as { resourceType: DefinitionType };
    return definitions.check(resourceType, given(resource), handling);
  };
  const update = async (resource: object | string, ifMatch?: string, handling?: Handling) => {
    const { id } = given(resource).tree as { id: string };
    const checked = await check(resource, handling);
    return definitions.change({
      kind: 'update',
      at: { id },
      given: checked,
      ...(ifMatch === undefined ? {} : { ifMatch }),
    });
  };
  return {
    ...definitions,
    check,
    checkAs: definitions.check,
    update,
    create: async (resource: object | string, ifNoneExist?: readonly Criterion[]) =>
      definitions.change({
        kind: 'create',
        given: await check(resource),
        ...(ifNoneExist === undefined ? {} : { ifNoneExist }),
      }),
    updateWhere: async (where: readonly Criterion[], resource: object) =>
      definitions.change({ kind: 'update', at: { where }, given: await check(resource) }),
    remove: (id: string, type: DefinitionType = 'ViewDefinition') =>
      definitions.change({ kind: 'delete', type, id }),
    find: async (criteria: readonly Criterion[] = [], type: DefinitionType = 'ViewDefinition') =>
      (await definitions.search(type, { criteria: [...criteria], count: 100 })).definitions.map(
        ({ id }) => id,
      ),
  };
}

export function by(parameter: Criterion['parameter'], ...values: string[]): Criterion {
  return { parameter, values };
}

/** Two API instances that share the store and the cache, and the means to lose the cache. */
export function setUp(store: ObjectStore = createMemorySink()) {
  let now = Date.parse('2026-11-20T10:00:00Z');
  const clock = () => (now += 1000);
  const freshCaches = () => {
    const caches = new Map<string, ReturnType<typeof createMemoryDefinitionCache>>();
    return (type: DefinitionType) => {
      const cache =
        caches.get(type) ?? createMemoryDefinitionCache({ completeForMs: 60_000, now: () => now });
      caches.set(type, cache);
      return cache;
    };
  };
  const instance = (cacheOf: ReturnType<typeof freshCaches>, over: ObjectStore = store) =>
    shorter(
      createDefinitions({
        store: over,
        cacheOf,
        tenant: 'default',
        mostBytes: 10_000,
        now: clock,
        checkResource: async (_type, { select }, handling) => {
          const isRefused = select === 'faulty' || (select === 'doubtful' && handling === 'strict');
          const warnings = select === 'doubtful' && !isRefused ? [warning] : [];
          return { issues: isRefused ? [fault] : [], total: isRefused ? 1 : 0, warnings };
        },
      }),
    );
  const caches = freshCaches();
  return {
    store,
    one: instance(caches),
    other: instance(caches),
    over: (another: ObjectStore) => instance(caches, another),
    afterCacheLoss: () => instance(freshCaches()),
    pass(ms: number) {
      now += ms;
    },
  };
}
