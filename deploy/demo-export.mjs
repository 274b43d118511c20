// Exports one table from a running API, and prints its first rows: `node demo-export.mjs <FHIR base URL>`.
// It uses nothing but Node, so that it also runs in the image of a service.
import { setTimeout as delay } from 'node:timers/promises';

const [, , base = 'http://127.0.0.1:8080/fhir'] = process.argv;
const DEADLINE_MS = 120_000;
const ROWS_SHOWN = 5;

const view = {
  resourceType: 'ViewDefinition',
  name: 'patients',
  status: 'active',
  resource: 'Patient',
  select: [
    {
      column: [
        { name: 'id', path: 'getResourceKey()', type: 'id' },
        { name: 'gender', path: 'gender', type: 'code' },
        { name: 'birth_date', path: 'birthDate', type: 'date' },
      ],
    },
  ],
};

const deadline = Date.now() + DEADLINE_MS;
const parameter = [
  { name: 'view', part: [{ name: 'viewResource', resource: view }] },
  { name: '_format', valueCode: 'csv' },
];
const kickOff = await ask(`${base}/$viewdefinition-export`, 202, {
  method: 'POST',
  headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
  body: JSON.stringify({ resourceType: 'Parameters', parameter }),
});
const status = kickOff.headers.get('Content-Location');
process.stdout.write(`accepted: ${status}\n`);

let result;
while (result === undefined) {
  const poll = await ask(status, [202, 303], { redirect: 'manual' });
  if (poll.status === 303) result = poll.headers.get('Location');
  else if (Date.now() > deadline) throw new Error(`not finished after ${DEADLINE_MS / 1000} s: ${status}`);
  else await delay(Number(poll.headers.get('Retry-After') ?? 1) * 1000);
}

const manifest = await (await ask(result, 200)).json();
const locations = manifest.parameter
  .filter(({ name }) => name === 'output')
  .flatMap(({ part }) => part.filter(({ name }) => name === 'location'))
  .map(({ valueUri, valueUrl }) => valueUri ?? valueUrl);
if (locations.length === 0) throw new Error(`the export has no file: ${JSON.stringify(manifest)}`);
for (const location of locations) {
  const lines = (await (await ask(location, 200)).text()).trimEnd().split('\n');
  process.stdout.write(`${location}: ${lines.length - 1} rows\n`);
  process.stdout.write(`${lines.slice(0, ROWS_SHOWN + 1).join('\n')}\n`);
}

/** Asks with the limit of the whole program. Throws unless the answer has one of these statuses. */
async function ask(url, expected, init = {}) {
  const answer = await fetch(url, {
    ...init,
    signal: AbortSignal.timeout(Math.max(1, deadline - Date.now())),
  });
  if ([expected].flat().includes(answer.status)) return answer;
  throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
}
