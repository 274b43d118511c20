import type { Destination } from '@millrace/configuration';
import type { TableDestinations } from '@millrace/protocol';
import { ColumnNotInDeltaError, deltaSchema } from '@millrace/tables';

/** The destinations of a tenant, and the rules of Delta for columns. */
export function tablesOf(
  destinations: readonly Pick<Destination, 'tenant' | 'name'>[],
  tenant: string,
): TableDestinations {
  return {
    names: destinations.filter((one) => one.tenant === tenant).map(({ name }) => name),
    columnFault(columns) {
      try {
        deltaSchema(columns);
        return undefined;
      } catch (error) {
        if (error instanceof ColumnNotInDeltaError) return error.message;
        throw error;
      }
    },
  };
}
