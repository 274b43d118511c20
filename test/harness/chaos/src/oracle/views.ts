import type { JsonObject } from './json.js';
import { lists, number, object, objects, text } from './json.js';
import type { NumberText } from './json.js';

export type Cell = string | NumberText | boolean | null;
export type OracleRow = Readonly<Record<string, Cell>>;

/** A view and, written out by hand, the rows that it must give: no code of the product is used. */
export interface OracleView {
  readonly name: string;
  readonly resource: string;
  readonly definition: Readonly<Record<string, unknown>>;
  rows(resource: JsonObject): OracleRow[];
}

const column = (name: string, path: string, type: string): object => ({ name, path, type });

/** The canonical URL of a view, by which queries depend on it. */
export function urlOf(name: string): string {
  return `http://example.org/ViewDefinition/${name}`;
}

function view(
  name: string,
  resource: string,
  definition: Readonly<Record<string, unknown>>,
  rows: OracleView['rows'],
): OracleView {
  return {
    name,
    resource,
    definition: { resourceType: 'ViewDefinition', url: urlOf(name), name, resource, ...definition },
    rows,
  };
}

export const ORACLE_VIEWS: readonly OracleView[] = [
  view(
    'measured',
    'Observation',
    {
      where: [{ path: "status = 'final'" }],
      select: [
        {
          column: [
            column('id', 'getResourceKey()', 'id'),
            column('patient', 'subject.getReferenceKey(Patient)', 'id'),
            column('code', 'code.coding.first().code', 'code'),
            column('at', 'effective.ofType(dateTime)', 'dateTime'),
            column('value', 'value.ofType(Quantity).value', 'decimal'),
            column('unit', 'value.ofType(Quantity).unit', 'string'),
          ],
        },
      ],
    },
    (observation) => {
      if (observation.status !== 'final') return [];
      const quantity = object(observation.valueQuantity);
      return [
        {
          id: text(observation.id),
          patient: text(object(observation.subject).reference)?.split('/').at(-1) ?? null,
          code: text(objects(object(observation.code).coding)[0]?.code),
          at: text(observation.effectiveDateTime),
          value: number(quantity.value),
          unit: text(quantity.unit),
        },
      ];
    },
  ),
  view(
    'components',
    'Observation',
    {
      select: [
        { column: [column('id', 'id', 'id')] },
        {
          forEach: 'component',
          column: [
            column('name', 'code.text', 'string'),
            column('value', 'value.ofType(Quantity).value', 'decimal'),
          ],
        },
      ],
    },
    (observation) =>
      objects(observation.component).map((component) => ({
        id: text(observation.id),
        name: text(object(component.code).text),
        value: number(object(component.valueQuantity).value),
      })),
  ),
  view(
    'visits',
    'Encounter',
    {
      select: [
        { column: [column('id', 'id', 'id'), column('start', 'period.start', 'dateTime')] },
        { forEachOrNull: 'reasonCode', column: [column('reason', 'text', 'string')] },
      ],
    },
    (encounter) => {
      const head = { id: text(encounter.id), start: text(object(encounter.period).start) };
      const reasons = objects(encounter.reasonCode);
      if (reasons.length === 0) return [{ ...head, reason: null }];
      return reasons.map((reason) => ({ ...head, reason: text(reason.text) }));
    },
  ),
  view(
    'problems',
    'Condition',
    {
      select: [
        {
          column: [
            column('id', 'id', 'id'),
            column('text', 'code.text', 'string'),
            column('settled', "clinicalStatus.coding.where(code = 'resolved').exists()", 'boolean'),
          ],
        },
      ],
    },
    (condition) => [
      {
        id: text(condition.id),
        text: text(object(condition.code).text),
        settled: objects(object(condition.clinicalStatus).coding).some(({ code }) => code === 'resolved'),
      },
    ],
  ),
  view(
    'people',
    'Patient',
    {
      select: [
        { column: [column('id', 'id', 'id'), column('born', 'birthDate', 'date')] },
        {
          forEachOrNull: 'address',
          column: [column('city', 'city', 'string'), column('line', 'line.first()', 'string')],
        },
      ],
    },
    (patient) => {
      const head = { id: text(patient.id), born: text(patient.birthDate) };
      const addresses = objects(patient.address);
      if (addresses.length === 0) return [{ ...head, city: null, line: null }];
      return addresses.map((address) => ({
        ...head,
        city: text(address.city),
        line: text(lists(address.line)[0]),
      }));
    },
  ),
  // Without rows, so that finalize has something to store.
  view(
    'nobody',
    'Patient',
    { where: [{ path: "id = 'nobody'" }], select: [{ column: [column('id', 'id', 'id')] }] },
    () => [],
  ),
];

/** @throws Error when there is no such view */
export function oracleView(name: string): OracleView {
  const found = ORACLE_VIEWS.find((candidate) => candidate.name === name);
  if (!found)
    throw new Error(`there is no view ${name} among ${ORACLE_VIEWS.map((each) => each.name).join()}`);
  return found;
}
