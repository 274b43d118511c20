/** How many arguments a function takes: `[least, most]`. */
export type Arity = readonly [number, number];

/**
 * Functions a view may call: FHIRPath's, FHIR's `extension` and the two of SQL on FHIR. `refused-functions.ts` says which
 * are left out on purpose.
 */
const functions: Readonly<Record<string, Arity>> = {
  getResourceKey: [0, 0],
  getReferenceKey: [0, 1],
  ...each([0, 0], 'empty not allTrue anyTrue allFalse anyFalse isDistinct distinct count sum min max avg'),
  ...each([0, 0], 'single first last type tail hasValue getValue children descendants'),
  ...each([0, 0], 'toInteger toLong toDecimal toString toDate toDateTime toTime toBoolean'),
  ...each([0, 0], 'convertsToBoolean convertsToInteger convertsToLong convertsToDecimal convertsToString'),
  ...each([0, 0], 'convertsToDate convertsToDateTime convertsToTime convertsToQuantity'),
  ...each([0, 0], 'upper lower length toChars trim'),
  ...each([0, 0], 'abs ceiling exp floor ln sqrt truncate'),
  ...each(
    [0, 0],
    'yearOf monthOf dayOf hourOf minuteOf secondOf millisecondOf timezoneOffsetOf dateOf timeOf',
  ),
  ...each([0, 1], 'exists toQuantity join round lowBoundary highBoundary'),
  ...each([1, 1], 'all subsetOf supersetOf where extension select ofType is as take skip repeat'),
  ...each([1, 1], 'combine union intersect exclude comparable'),
  ...each([1, 1], 'indexOf lastIndexOf startsWith endsWith contains split encode decode escape unescape'),
  ...each([1, 1], 'log power'),
  ...each([1, 2], 'aggregate substring matches matchesFull'),
  ...each([2, 2], 'replace replaceMatches'),
  iif: [2, 3],
  coalesce: [1, 20],
  sort: [0, 20],
};

export function arityOf(name: string): Arity | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}

/** The names of all functions that a view may call. */
export function functionNames(): readonly string[] {
  return Object.keys(functions);
}

function each(arity: Arity, names: string): Record<string, Arity> {
  return Object.fromEntries(names.split(' ').map((name) => [name, arity]));
}
