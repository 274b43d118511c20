/**
 * Four views and what they must give, computed by hand over plain `JSON.parse`: an oracle that shares no code with
 * the product.
 */
export type OracleRow = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** The elements of resources that the views read. */
export interface OracleResource {
  readonly resourceType: string;
  readonly id: string;
  readonly gender?: string;
  readonly birthDate?: string;
  readonly deceasedBoolean?: boolean;
  readonly deceasedDateTime?: string;
  readonly address?: readonly { readonly city?: string; readonly line?: readonly string[] }[];
  readonly name?: readonly { readonly given?: readonly string[] }[];
  readonly status?: string;
  readonly subject?: { readonly reference?: string };
  readonly code?: Concept;
  readonly effectiveDateTime?: string;
  readonly valueQuantity?: { readonly value?: number; readonly unit?: string };
  readonly onsetDateTime?: string;
  readonly period?: { readonly start?: string };
  readonly class?: { readonly code?: string };
  readonly type?: readonly Concept[];
}

interface Concept {
  readonly coding?: readonly { readonly code?: string; readonly display?: string }[];
}

export interface OracleView {
  readonly resource: string;
  readonly view: Readonly<Record<string, unknown>>;
  rows(resource: OracleResource): OracleRow[];
}

const column = (name: string, path: string, type: string, more: object = {}): object => {
  return { name, path, type, ...more };
};

export const ORACLE_VIEWS: readonly OracleView[] = [
  {
    resource: 'Patient',
    view: {
      resourceType: 'ViewDefinition',
      name: 'patients',
      resource: 'Patient',
      select: [
        {
          column: [
            column('id', 'getResourceKey()', 'id'),
            column('gender', 'gender', 'code'),
            column('born', 'birthDate', 'date'),
            column('dead', 'deceased.exists()', 'boolean'),
            column('given', 'name.given', 'string', { collection: true }),
          ],
        },
        {
          forEachOrNull: 'address',
          column: [column('city', 'city', 'string'), column('line', 'line.first()', 'string')],
        },
      ],
    },
    rows: (patient) => {
      const addresses = patient.address?.length ? patient.address : [{}];
      return addresses.map((address) => ({
        id: patient.id,
        gender: patient.gender ?? null,
        born: patient.birthDate ?? null,
        dead: patient.deceasedBoolean !== undefined || patient.deceasedDateTime !== undefined,
        given: (patient.name ?? []).flatMap((name) => name.given ?? []),
        city: address.city ?? null,
        line: address.line?.[0] ?? null,
      }));
    },
  },
  {
    resource: 'Observation',
    view: {
      resourceType: 'ViewDefinition',
      name: 'observations',
      resource: 'Observation',
      where: [{ path: "status = 'final'" }],
      select: [
        {
          column: [
            column('id', 'id', 'id'),
            column('patient', 'subject.getReferenceKey(Patient)', 'id'),
            column('code', 'code.coding.first().code', 'code'),
            column('at', 'effective.ofType(dateTime)', 'dateTime'),
            column('value', 'value.ofType(Quantity).value', 'decimal'),
            column('unit', 'value.ofType(Quantity).unit', 'string'),
          ],
        },
      ],
    },
    rows: (observation) =>
      observation.status !== 'final'
        ? []
        : [
            {
              id: observation.id,
              patient: keyOf(observation.subject?.reference, 'Patient'),
              code: observation.code?.coding?.[0]?.code ?? null,
              at: observation.effectiveDateTime ?? null,
              value: observation.valueQuantity?.value ?? null,
              unit: observation.valueQuantity?.unit ?? null,
            },
          ],
  },
  {
    resource: 'Condition',
    view: {
      resourceType: 'ViewDefinition',
      name: 'conditions',
      resource: 'Condition',
      select: [
        {
          column: [column('id', 'id', 'id'), column('onset', 'onset.ofType(dateTime)', 'dateTime')],
          select: [
            {
              forEach: 'code.coding',
              column: [column('code', 'code', 'code'), column('display', 'display', 'string')],
            },
          ],
        },
      ],
    },
    rows: (condition) =>
      (condition.code?.coding ?? []).map((coding) => ({
        id: condition.id,
        onset: condition.onsetDateTime ?? null,
        code: coding.code ?? null,
        display: coding.display ?? null,
      })),
  },
  {
    resource: 'Encounter',
    view: {
      resourceType: 'ViewDefinition',
      name: 'encounters',
      resource: 'Encounter',
      select: [
        { column: [column('id', 'id', 'id'), column('start', 'period.start', 'dateTime')] },
        {
          unionAll: [
            { column: [column('kind', "'class'", 'string'), column('code', 'class.code', 'code')] },
            {
              forEach: 'type.coding',
              column: [column('kind', "'type'", 'string'), column('code', 'code', 'code')],
            },
          ],
        },
      ],
    },
    rows: (encounter) => {
      const head = { id: encounter.id, start: encounter.period?.start ?? null };
      const types = (encounter.type ?? []).flatMap((type) => type.coding ?? []);
      return [
        { ...head, kind: 'class', code: encounter.class?.code ?? null },
        ...types.map((coding) => ({ ...head, kind: 'type', code: coding.code ?? null })),
      ];
    },
  },
];

function keyOf(reference: string | undefined, type: string): string | null {
  const [before, id] = (reference ?? '').split('/').slice(-2);
  return before === type && id !== undefined ? id : null;
}
