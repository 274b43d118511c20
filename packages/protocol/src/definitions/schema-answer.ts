import { fhirAnswer, type Answer } from '../http/answer.js';

/** A column of a view, with its types. */
export interface AnsweredColumn {
  readonly name: string;
  readonly fhirType: string | undefined;
  readonly collection: boolean;
  readonly sqlType: string;
  readonly parquetType: string;
}

export function schemaAnswer(columns: readonly AnsweredColumn[]): Answer {
  return fhirAnswer(200, {
    resourceType: 'Parameters',
    parameter: columns.map(({ name, fhirType, collection, sqlType, parquetType }) => ({
      name: 'column',
      part: [
        { name: 'name', valueString: name },
        ...(fhirType === undefined ? [] : [{ name: 'fhirType', valueCode: fhirType }]),
        { name: 'collection', valueBoolean: collection },
        { name: 'sqlType', valueString: sqlType },
        { name: 'parquetType', valueString: parquetType },
      ],
    })),
  });
}
