import { sqlTypeName } from '@millrace/viewdef';
import type { SqlType } from '@millrace/viewdef';

/** The type and the values that it takes, for an error message. */
export function expectation(type: SqlType): string {
  return `${sqlTypeName(type)}: ${takes(type)}`;
}

function takes(type: SqlType): string {
  switch (type.kind) {
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `a whole number from ${-(2n ** BigInt(type.bits - 1))} to ${2n ** BigInt(type.bits - 1) - 1n}`;
    case 'decimal':
      return `a number of at most ${type.precision} digits, ${type.scale} of them behind the point`;
    case 'float':
      return 'a number in its range';
    case 'text':
      return type.maxLength === undefined ? 'text' : `text of at most ${type.maxLength} characters`;
    case 'binary':
      return 'base64 text';
    case 'date':
      return 'a full date such as 2024-02-29';
    case 'time':
      return 'a time of day such as 13:05:00';
    case 'timestamp':
      return type.withTimeZone
        ? 'a date and time with offset such as 2024-02-29T13:05:00Z'
        : 'a date and time such as 2024-02-29T13:05:00';
    default:
      return type satisfies never;
  }
}
