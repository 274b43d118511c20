import type { Destination } from '@millrace/configuration';
import { DestinationError } from '@millrace/execution';
import type { Destinations } from '@millrace/execution';
import type { ProvenSink } from '@millrace/storage';

/** Opens the destinations that the operator names, by `open`. Each is opened and proven once, when it is first used. */
export function openDestinations(
  destinations: readonly Destination[],
  open: (place: Destination['place']) => Promise<Pick<ProvenSink, 'sink' | 'conditionalPut'>>,
): Destinations {
  const keyOf = (tenant: string, name: string): string => JSON.stringify([tenant, name]);
  const places = new Map(
    destinations.map(({ tenant, name, place }) => [keyOf(tenant, name), place] as const),
  );
  const opened = new Map<string, ReturnType<typeof open>>();
  return {
    all: destinations.map(({ tenant, name }) => ({ tenant, name })),
    async open(tenant, name) {
      const key = keyOf(tenant, name);
      const place = places.get(key);
      if (place === undefined) throw new DestinationError(name, 'is not in the configuration of this worker');
      const opening = opened.get(key) ?? open(place);
      opened.set(key, opening);
      try {
        const { sink, conditionalPut } = await opening;
        if (!conditionalPut)
          throw new DestinationError(
            name,
            'is in a store that overwrites objects although a request forbids it (If-None-Match), so that versions of tables could be lost',
          );
        return sink;
      } catch (error) {
        opened.delete(key);
        throw error;
      }
    },
  };
}
