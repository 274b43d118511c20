// Writes packages/fhir/src/element-table.ts from `profiles-resources.json` of FHIR R4 (https://hl7.org/fhir/R4/downloads.html):
// `node scripts/write-element-table.mjs path/to/profiles-resources.json`
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { entry } = JSON.parse(readFileSync(process.argv[2], 'utf8'));

const mandatory = [];
const choices = [];
for (const { resource } of entry) {
  if (resource.resourceType !== 'StructureDefinition' || resource.kind !== 'resource') continue;
  if (resource.abstract || resource.derivation !== 'specialization') continue;
  const elements = resource.snapshot.element.filter(({ path }) => path.split('.').length === 2);
  const name = ({ path }) => path.split('.')[1].replace('[x]', '');
  const due = elements.filter(({ min }) => min > 0).map(name);
  if (due.length > 0) mandatory.push([resource.type, due.join(' ')]);
  for (const element of elements.filter(({ path }) => path.endsWith('[x]'))) {
    const types = element.type.map(({ code }) => code[0].toUpperCase() + code.slice(1));
    choices.push([`${resource.type}.${name(element)}`, types.join(' ')]);
  }
}

const table = (rows) =>
  rows
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, text]) => `  ${/\W/.test(key) ? `'${key}'` : key}: '${text}',\n`)
    .join('');

writeFileSync(
  join(root, 'packages/fhir/src/element-table.ts'),
  `// Written by scripts/write-element-table.mjs.

/** The elements at the root of each resource type of R4 that every resource of it has. */
export const MANDATORY_ELEMENTS: Readonly<Record<string, string>> = {
${table(mandatory)}};

/** The types that an element at the root may be of, where there are several: each has a key of its own. */
export const ELEMENT_CHOICES: Readonly<Record<string, string>> = {
${table(choices)}};
`,
);
