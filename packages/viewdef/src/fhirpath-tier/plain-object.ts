/** Whether a value is an object of JSON: no array, and of none of the classes of fhirpath.js. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
