const families = ['Anders', 'Brandt', 'Conti', 'Dubois'];

/** Invented people, enough for several shards of a few kilobytes. */
export const PEOPLE = Array.from({ length: 40 }, (_, index) => ({
  resourceType: 'Patient',
  id: `p${index}`,
  active: index % 3 > 0,
  gender: index % 2 === 0 ? 'female' : 'male',
  birthDate: `${1950 + index}-0${1 + (index % 9)}-15`,
  name: [{ family: families[index % families.length], given: ['A', 'B'].slice(0, 1 + (index % 2)) }],
}));

export const VIEWS = {
  people: {
    resourceType: 'ViewDefinition',
    name: 'people',
    status: 'active',
    resource: 'Patient',
    select: [
      {
        column: [
          { name: 'id', path: 'id' },
          { name: 'born', path: 'birthDate' },
        ],
      },
    ],
  },
  /** Accepted by versions that did not look for misspelt elements, such as `familly`. */
  names: {
    resourceType: 'ViewDefinition',
    name: 'names',
    status: 'active',
    resource: 'Patient',
    where: [{ path: "id.matches('[0-4]$')" }],
    select: [
      { column: [{ name: 'id', path: 'id' }] },
      {
        forEach: 'name.given',
        column: [
          { name: 'given', path: '$this' },
          { name: 'family', path: '%resource.name.familly' },
        ],
      },
    ],
  },
};

/** Patients of a filter: the first and the last ones. */
export const CHOSEN = PEOPLE.map(({ id }) => id).filter((_, index) => index < 18 || index > 30);

export type Rows = Readonly<Record<keyof typeof VIEWS, readonly unknown[]>>;

/** The rows that each view has. */
export const ROWS: Rows = rowsOf(PEOPLE);
export const CHOSEN_ROWS: Rows = rowsOf(PEOPLE.filter(({ id }) => CHOSEN.includes(id)));

function rowsOf(people: typeof PEOPLE): Rows {
  return {
    people: people.map(({ id, birthDate }) => ({ id, born: birthDate })),
    names: people
      .filter(({ id }) => /[0-4]$/.test(id))
      .flatMap(({ id, name }) => (name[0]?.given ?? []).map((given) => ({ id, given, family: null }))),
  };
}
