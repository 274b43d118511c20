import type { Tracing } from '@millrace/observability';
import type { ObjectStore } from '@millrace/storage';

type Objects = Pick<ObjectStore, 'createIfAbsent' | 'read' | 'remove'>;

/**
 * The same objects, with a span for each use of the store. A span names the kind of object and not its key.
 *
 * @param parent the span that they are below
 */
export function traceObjects(store: Objects, tracing: Tracing, parent: string | undefined): Objects {
  if (!tracing.isOn) {
    return {
      createIfAbsent: (key, body, folder) => store.createIfAbsent(key, body, folder),
      read: (key) => store.read(key),
      remove: (keys) => store.remove(keys),
    };
  }
  async function inSpan<Result>(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const span = tracing.begin(name, { parent, kind: 'client', attributes });
    try {
      const result = await work();
      span.end();
      return result;
    } catch (error) {
      span.end(error instanceof Error ? error.name : 'unknown');
      throw error;
    }
  }
  return {
    createIfAbsent: (key, body, folder) =>
      inSpan('store.create', { 'millrace.object': kindOf(key), 'millrace.bytes': body.byteLength }, () =>
        store.createIfAbsent(key, body, folder),
      ),
    read: (key) => inSpan('store.read', { 'millrace.object': kindOf(key) }, () => store.read(key)),
    remove: (keys) => inSpan('store.remove', { 'millrace.objects': keys.length }, () => store.remove(keys)),
  };
}

function kindOf(key: string): string {
  return (
    /(?:^|\/)(request|plan|manifest|page|cohort|joined)(?:-[^/]*)?\.(?:json|ids)$/.exec(key)?.[1] ?? 'other'
  );
}
