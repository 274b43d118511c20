import type { Format } from '@millrace/formats';

/** A bundled view as an expert would write it for DuckDB: only the elements that it reads have a column. */
interface SqlView {
  /** Columns of `read_ndjson`, by field. */
  readonly columns: Readonly<Record<string, string>>;
  /** Reads from `input`. */
  readonly select: string;
}

const CODEABLE = 'STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[], text VARCHAR)';
const REFERENCE = 'STRUCT(reference VARCHAR)';
const TELECOM = 'STRUCT(system VARCHAR, value VARCHAR)[]';
const QUANTITY = 'STRUCT(value DOUBLE, unit VARCHAR, code VARCHAR)';

function keyOf(reference: string, type: string): string {
  return `CASE WHEN starts_with(${reference}, '${type}/') THEN split_part(${reference}, '/', 2) END`;
}

const SQL_VIEWS: Readonly<Record<string, SqlView>> = {
  condition_flat: {
    columns: {
      id: 'VARCHAR',
      clinicalStatus: CODEABLE,
      code: CODEABLE,
      subject: REFERENCE,
      encounter: REFERENCE,
      onsetDateTime: 'VARCHAR',
      recordedDate: 'VARCHAR',
    },
    select: `SELECT id, ${keyOf('subject.reference', 'Patient')} AS patient_id,
      ${keyOf('encounter.reference', 'Encounter')} AS encounter_id, code.coding[1].code AS code,
      [c.code FOR c IN code.coding IF c.system = 'http://hl7.org/fhir/sid/icd-10-cm'][1] AS icd10,
      code.text AS display, onsetDateTime AS onset, recordedDate AS recorded
      FROM input WHERE list_contains([c.code FOR c IN clinicalStatus.coding], 'active')`,
  },
  encounter_flat: {
    columns: {
      id: 'VARCHAR',
      subject: REFERENCE,
      status: 'VARCHAR',
      class: 'STRUCT(code VARCHAR)',
      type: `${CODEABLE}[]`,
      period: 'STRUCT("start" VARCHAR, "end" VARCHAR)',
      reasonCode: `${CODEABLE}[]`,
      location: 'STRUCT(location STRUCT(display VARCHAR))[]',
    },
    select: `SELECT id, ${keyOf('subject.reference', 'Patient')} AS patient_id, status, class.code AS class,
      type[1].coding[1].code AS type, period."start" AS started, period."end" AS ended,
      reasonCode[1].coding[1].code AS reason, location[1].location.display AS location FROM input`,
  },
  observation_components: {
    columns: {
      id: 'VARCHAR',
      subject: REFERENCE,
      code: CODEABLE,
      component: `STRUCT(code ${CODEABLE}, valueQuantity ${QUANTITY}, dataAbsentReason ${CODEABLE})[]`,
    },
    select: `SELECT id AS observation_id, ${keyOf('subject.reference', 'Patient')} AS patient_id,
      code.coding[1].code AS panel_code, part.code.coding[1].code AS component_code,
      part.valueQuantity.value AS value, part.valueQuantity.unit AS unit,
      part.dataAbsentReason.text AS absent_because
      FROM (SELECT *, unnest(CASE WHEN len(component) > 0 THEN component ELSE [NULL] END) AS part FROM input)`,
  },
  observation_flat: {
    columns: {
      id: 'VARCHAR',
      subject: REFERENCE,
      status: 'VARCHAR',
      category: `${CODEABLE}[]`,
      code: CODEABLE,
      effectiveDateTime: 'VARCHAR',
      valueQuantity: QUANTITY,
      valueCodeableConcept: CODEABLE,
    },
    select: `SELECT id, ${keyOf('subject.reference', 'Patient')} AS patient_id, status,
      category[1].coding[1].code AS category,
      [c.code FOR c IN code.coding IF c.system = 'http://loinc.org'][1] AS code, code.text AS display,
      effectiveDateTime AS effective, valueQuantity.value AS value, valueQuantity.code AS unit,
      valueCodeableConcept.coding[1].code AS value_code FROM input`,
  },
  observation_values: {
    columns: {
      id: 'VARCHAR',
      meta: 'STRUCT(lastUpdated VARCHAR)',
      status: 'VARCHAR',
      category: `${CODEABLE}[]`,
      valueQuantity: 'STRUCT(value VARCHAR)',
      valueInteger: 'INTEGER',
      valueBoolean: 'BOOLEAN',
      valueString: 'VARCHAR',
      valueDateTime: 'VARCHAR',
      note: 'STRUCT(text VARCHAR)[]',
    },
    select: `SELECT id, meta.lastUpdated AS last_updated,
      flatten([[c.code FOR c IN one.coding] FOR one IN category]) AS categories,
      valueQuantity.value AS value_quantity, valueInteger AS value_integer, valueBoolean AS value_boolean,
      valueString AS value_string, valueDateTime AS value_date_time, coalesce(len(note) > 0, false) AS has_note
      FROM input WHERE status <> 'entered-in-error'`,
  },
  patient_addresses: {
    columns: {
      id: 'VARCHAR',
      address: `STRUCT("use" VARCHAR, line VARCHAR[], city VARCHAR, state VARCHAR, postalCode VARCHAR, country VARCHAR)[]`,
    },
    select: `SELECT id AS patient_id, position, one."use" AS use, array_to_string(one.line, ', ') AS lines,
      one.city AS city, one.state AS state, one.postalCode AS postal_code, one.country AS country
      FROM (SELECT id, unnest(address) AS one, generate_subscripts(address, 1) - 1 AS position FROM input)`,
  },
  patient_demographics: {
    columns: {
      id: 'VARCHAR',
      active: 'BOOLEAN',
      gender: 'VARCHAR',
      birthDate: 'VARCHAR',
      deceasedDateTime: 'VARCHAR',
      maritalStatus: CODEABLE,
      multipleBirthInteger: 'INTEGER',
      identifier: 'STRUCT(system VARCHAR, value VARCHAR)[]',
      extension: 'STRUCT(url VARCHAR, extension STRUCT(url VARCHAR, valueCoding STRUCT(code VARCHAR))[])[]',
      name: 'STRUCT(family VARCHAR, given VARCHAR[])[]',
    },
    select: `SELECT id, active, gender, birthDate AS birth_date, deceasedDateTime AS deceased_at,
      maritalStatus.coding[1].code AS marital_status,
      [i.value FOR i IN identifier IF i.system = 'http://hl7.org/fhir/sid/us-ssn'][1] AS ssn,
      [e.valueCoding.code FOR e IN
        flatten([x.extension FOR x IN extension
          IF x.url = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-race'])
        IF e.url = 'ombCategory'][1] AS race,
      multipleBirthInteger AS birth_order, name[1].family AS family_name,
      array_to_string(name[1].given, ' ') AS given_names FROM input WHERE len(name) > 0`,
  },
  patient_telecom_union: {
    columns: { id: 'VARCHAR', telecom: TELECOM, contact: `STRUCT(telecom ${TELECOM})[]` },
    select: `SELECT id AS patient_id, one.system AS system, one.value AS value, one.of_contact AS of_contact
      FROM (SELECT id, unnest(list_concat(
        [{system: t.system, value: t.value, of_contact: false} FOR t IN telecom],
        flatten([[{system: t.system, value: t.value, of_contact: true} FOR t IN c.telecom] FOR c IN contact])))
      AS one FROM input)`,
  },
};

const COPY_OPTIONS: Readonly<Record<Exclude<Format, 'json'>, string>> = {
  csv: 'FORMAT csv, HEADER',
  ndjson: 'FORMAT json',
  parquet: 'FORMAT parquet, COMPRESSION snappy',
};

/** The statement that turns a file of resources into a file of rows; undefined for a view that nobody has typed. */
export function duckdbStatement(
  view: string,
  input: string,
  output: string,
  format: keyof typeof COPY_OPTIONS,
): string | undefined {
  const sql = SQL_VIEWS[view];
  if (sql === undefined) return undefined;
  const columns = Object.entries(sql.columns).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`);
  return `COPY (WITH input AS (
      FROM read_ndjson(${quoted(input)}, columns = {${columns.join(', ')}}, maximum_object_size = 67108864))
    ${sql.select}) TO ${quoted(output)} (${COPY_OPTIONS[format]})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
