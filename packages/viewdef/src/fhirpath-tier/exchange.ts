import type { ResourceNode } from 'fhirpath';
import type { JsonValue } from '../cell.js';
import { NumberText } from '../cell.js';
import type { ExternalItem } from '../codegen/evaluator.js';
import { unknownType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { Companion } from '../values/companions.js';
import { fhirpathLibrary, libraryOptions } from './library.js';
import { isNormal, normalForm } from './normal-form.js';
import type { Converted } from './normal-form.js';
import { fromFhirpath } from './values.js';

/** The conversion of values to fhirpath.js and back. */
export interface Exchange {
  /** Before anything of a resource is given or taken. */
  begin(resource: JsonValue): void;
  /** A part of the resource, or the whole; `path` is where the FHIR model describes it. */
  give(value: JsonValue, companion: Companion, path: string | undefined): unknown;
  /** An item of a result; undefined for a result that is neither value nor element. */
  take(item: unknown): ExternalItem | undefined;
}

/** Looks through each resource once, not once for each path: those that need another form are rare. */
export function createExchange(model: FhirModel): Exchange {
  const makeNode = nodeMaker(model);
  let current: JsonValue | undefined;
  let isPlain = true;
  let converted: Converted = { forms: new Map(), originals: new Map() };

  function form(value: JsonValue, path: string | undefined): unknown {
    const type = path === undefined ? unknownType : { ...unknownType, path };
    return isPlain ? value : normalForm(value, type, model, converted);
  }

  function original(data: unknown): JsonValue | undefined {
    const known = typeof data === 'object' && data !== null ? converted.originals.get(data) : undefined;
    return known ?? fromFhirpath(data);
  }

  return {
    begin(resource) {
      if (resource === current) return;
      current = resource;
      isPlain = isNormal(resource);
      if (!isPlain) converted = { forms: new Map(), originals: new Map() };
    },
    give(value, companion, path) {
      const given = form(value, path);
      return needsNode(value, companion) ? makeNode(given, form(companion ?? null, 'Element'), path) : given;
    },
    take(item) {
      if (!isResourceNode(item)) {
        const value = fromFhirpath(item);
        return value === undefined || value === null
          ? undefined
          : { value, companion: false, path: undefined };
      }
      // An element of type integer64 is a string in JSON.
      const data: unknown = typeof item.data === 'bigint' ? String(item.data) : item.data;
      const companion = original(item._data);
      return { value: original(data) ?? null, companion, path: item.path ?? undefined };
    },
  };
}

/** Whether the library would not take a primitive as it is: without a value, with more than that, or a number. */
function needsNode(value: JsonValue, companion: Companion): boolean {
  if (typeof value === 'object' && value !== null && !(value instanceof NumberText)) return false;
  const hasMore = companion !== undefined && companion !== null && companion !== false;
  return value === null || hasMore || typeof value === 'number';
}

type MakeNode = (data: unknown, companion: unknown, path: string | undefined) => unknown;

/** Makes elements as the library itself makes them when it finds them in a resource. */
function nodeMaker(model: FhirModel): MakeNode {
  let make: MakeNode | undefined;
  return (data, companion, path) => {
    make ??= makerLike(
      fhirpathLibrary().evaluate({ a: 'a' }, 'a', {}, model.tables, libraryOptions)[0],
      model,
    );
    return make(data, companion, path);
  };
}

/** https://github.com/HL7/fhirpath.js/blob/5.2.0/src/types.js, class ResourceNode */
type NodeClass = new (
  context: unknown,
  data: unknown,
  parent: null,
  path: string | null,
  companion: unknown,
  type: string | null,
) => unknown;

function makerLike(node: unknown, model: FhirModel): MakeNode {
  const { constructor: Node, ctx } = node as { constructor: NodeClass; ctx: unknown }; // the library made it
  return (data, companion, path = '') =>
    new Node(ctx, data, null, path || null, companion, model.isType(path) ? path : null);
}

/** Elements come wrapped, calculated values do not. */
function isResourceNode(item: unknown): item is ResourceNode {
  return typeof item === 'object' && item !== null && 'fhirNodeDataType' in item && 'data' in item;
}
