import { isJsonObject } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import type { Fault } from '../errors/fault.js';
import type { ReadParameter } from '../parameters/read-parameters.js';

/** Resources that came with a request. */
export interface RunResources {
  /** Those of the type that the view reads, in the order of the request. */
  readonly resources: readonly Resource[];
  /** How many others there are. */
  readonly passedOver: number;
}

/**
 * The resources that a view is evaluated over; a Bundle stands for those of its entries.
 * https://hl7.org/fhir/uv/sql-on-fhir/OperationDefinition-SQLRun.html
 */
export function runResources(given: readonly Resource[], resourceType: unknown): RunResources {
  const resources: Resource[] = [];
  let passedOver = 0;
  for (const resource of unwrapped(given)) {
    if (resource !== undefined && resource.resourceType === resourceType) resources.push(resource);
    else passedOver += 1;
  }
  return { resources, passedOver };
}

/** Bundles whose entries are no list: passing over them would answer with fewer rows than the client expects. */
export function bundleFaults(given: readonly ReadParameter[]): readonly Fault[] {
  return given.flatMap(({ expression, value }): Fault[] => {
    if (value?.type !== 'Resource' || value.value.resourceType !== 'Bundle') return [];
    const { entry } = value.value;
    if (entry === undefined || Array.isArray(entry)) return [];
    const diagnostics = `${expression}.entry is not a list; expected the entries of the Bundle`;
    return [{ status: 400, code: 'invalid', diagnostics, expression: `${expression}.entry` }];
  });
}

/** Undefined for what holds no resource. An entry that names none, such as a deletion, is left out. */
function* unwrapped(given: readonly Resource[]): Generator<Resource | undefined> {
  for (const resource of given) {
    if (resource.resourceType !== 'Bundle') {
      yield resource;
      continue;
    }
    const { entry } = resource;
    for (const one of Array.isArray(entry) ? (entry as readonly unknown[]) : []) {
      const held = isJsonObject(one) ? one['resource'] : one;
      if (held !== undefined) yield isResource(held) ? held : undefined;
    }
  }
}

function isResource(value: unknown): value is Resource {
  return isJsonObject(value) && typeof value['resourceType'] === 'string';
}
