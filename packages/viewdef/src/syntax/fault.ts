/** The fault of an expression, as the end of a sentence about it. */
export interface ExpressionFault {
  readonly kind: 'fhirpath' | 'constant' | 'moment' | 'limit' | 'type';
  readonly reason: string;
}
