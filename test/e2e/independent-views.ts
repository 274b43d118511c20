/**
 * Four views and what they must give, computed by hand over plain `JSON.parse`: an oracle that shares no code with
 * the product.
 */
/* eslint-disable @typescript-eslint/no-explicit-any -- FHIR JSON, read the short way on purpose */
export type OracleRow = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface OracleView {
  readonly resource: string;
  readonly view: Readonly<Record<string, unknown>>;
  rows(resource: any): OracleRow[];
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
      return addresses.map((address: any) => ({
        id: patient.id,
        gender: patient.gender ?? null,
        born: patient.birthDate ?? null,
        dead: patient.deceasedBoolean !== undefined || patient.deceasedDateTime !== undefined,
        given: (patient.name ?? []).flatMap((name: any) => name.given ?? []),
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
      (condition.code?.coding ?? []).map((coding: any) => ({
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
      const types = (encounter.type ?? []).flatMap((type: any) => type.coding ?? []);
      return [
        { ...head, kind: 'class', code: encounter.class?.code ?? null },
        ...types.map((coding: any) => ({ ...head, kind: 'type', code: coding.code ?? null })),
      ];
    },
  },
];

function keyOf(reference: string | undefined, type: string): string | null {
  const [before, id] = (reference ?? '').split('/').slice(-2);
  return before === type && id !== undefined ? id : null;
}
