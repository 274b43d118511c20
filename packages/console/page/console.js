// The page of operations: shows each snapshot that /ops/events sends, and asks /admin for changes.
//
// Snapshots are described in packages/protocol/src/admin/snapshot.ts. What the server sends becomes text of the page
// (`textContent`) and never markup; the headers of the page forbid anything else (`require-trusted-types-for`).
import { button, id, nothing, number, progress, showRows, text } from './cells.js';
import { count, duration, left, throughput, time } from './words.js';

/** How long the page waits before it connects again after the server has refused it. */
const PAUSE_MS = 10_000;

const byId = (id) => document.getElementById(id);

// --- Changes ---

function say(words, isBad = false) {
  const message = byId('message');
  message.textContent = words;
  message.className = isBad ? 'bad' : '';
}

/** Asks `/admin` for a change, as `millrace admin --write` does. The header says that no other site's page asks. */
async function change(method, path, done) {
  try {
    const response = await fetch(`/admin/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', 'X-Millrace-Operator': 'console' },
      body: '{}',
    });
    if (response.ok) return say(done);
    const { error } = await response.json();
    say(`Not done: ${error}`, true);
  } catch {
    say('Not done: the API does not answer.', true);
  }
}

/** Asks before what cannot be undone; the answer that changes nothing has the focus. */
function ask({ title, words, yes, act }) {
  const question = byId('question');
  byId('question-title').textContent = title;
  byId('question-text').textContent = words;
  byId('question-yes').textContent = yes;
  byId('question-yes').onclick = () => {
    question.close();
    void act();
  };
  byId('question-no').onclick = () => question.close();
  question.showModal();
}

function cancelButton({ id: exportId }) {
  return button('Cancel …', `Cancel export ${exportId}`, () =>
    ask({
      title: 'Cancel this export?',
      words: `${exportId} stops, and its files are removed. Its client gets 404.`,
      yes: 'Yes, cancel it',
      act: () => change('POST', `exports/${exportId}/cancel`, `Export ${exportId} is cancelled.`),
    }),
  );
}

function deleteButton({ id: exportId }) {
  return button('Delete …', `Delete export ${exportId}`, () =>
    ask({
      title: 'Delete this export?',
      words: `The files and the record of ${exportId} are removed. Its client gets 404.`,
      yes: 'Yes, delete it',
      act: () => change('DELETE', `exports/${exportId}`, `Export ${exportId} is deleted.`),
    }),
  );
}

function activateButton({ name }) {
  return button('Activate', `Activate ${name}`, () =>
    change('POST', `background-tasks/${name}/activate`, `${name} was asked to run.`),
  );
}

// --- Sections ---

/**
 * Each section has a table: its name, its title, its link, and the headers of its columns. Those of numbers end with `#`. The
 * functions below fill the bodies of the tables.
 */
const SECTIONS = [
  [
    'live',
    'Exports that are not over',
    'Exports',
    ['Export', 'State', 'Progress', 'Rows#', 'Throughput#', 'Age#', 'Workers', 'Action'],
  ],
  ['failed', 'Exports that failed last', 'Failed', ['Export', 'Ended#', 'Code', 'Reason', 'Action']],
  [
    'ended',
    'Exports that ended last',
    'Ended',
    ['Export', 'State', 'Rows#', 'Throughput#', 'Took#', 'Ended#', 'Action'],
  ],
  ['workers', 'Workers', 'Workers', ['Worker', 'Slots#', 'Leases#', 'Counts for#']],
  ['leases', 'Leases', 'Leases', ['Export', 'Step', 'Worker', 'Ends in#']],
  [
    'tasks',
    'Background tasks',
    'Background tasks',
    ['Task', 'Now', 'Every#', 'Last activation#', 'Took#', 'Findings', 'Action'],
  ],
  ['audit', 'Audit', 'Audit', ['Time', 'Who', 'Action', 'Of what', 'Outcome']],
];

function makeSection(name, title, link, columns) {
  const made = byId('section').content.cloneNode(true);
  const part = (selector) => made.querySelector(selector);
  part('section').id = `${name}-section`;
  part('h2').id = `${name}-title`;
  part('h2').textContent = title;
  part('.summary').id = `${name}-summary`;
  part('tbody').id = name;
  for (const labelled of ['section', '.wide', 'table'])
    part(labelled).setAttribute('aria-labelledby', `${name}-title`);
  for (const column of columns) {
    const header = document.createElement('th');
    header.scope = 'col';
    header.textContent = column.replace('#', '');
    if (column.endsWith('#')) header.className = 'number';
    part('thead tr').append(header);
  }
  byId('content').append(made);
  const anchor = document.createElement('a');
  anchor.href = `#${name}-section`;
  anchor.textContent = link;
  byId('sections').lastElementChild.before(anchor);
}

for (const section of SECTIONS) makeSection(...section);

const STYLES = { completed: 'good', failed: 'bad', cancelled: 'warn', deciding: 'warn' };
const state = ({ state: word }) => text(word, STYLES[word] ?? '');

function showLive({ total, states, lookedAt, exports, more }, at) {
  const counts = Object.entries(states)
    .filter(([, found]) => found > 0)
    .map(([word, found]) => `${count(found)} ${word}`);
  const ofThem = lookedAt < total ? ` (of the oldest ${count(lookedAt)})` : '';
  byId('live-summary').textContent =
    total === 0 ? '' : `${count(total)} in all: ${counts.join(', ')}${ofThem}.${left(more)}`;
  const rows = exports.map((one) => [
    one.id,
    [
      id(one.id),
      state(one),
      progress(one),
      number(count(one.rowsWritten)),
      number(throughput(one, at)),
      number(duration(at - one.acceptedAt)),
      id([...new Set((one.leases ?? []).map(({ worker }) => worker))].join(' ') || '–'),
      one.state === 'accepted' || one.state === 'in-progress' ? cancelButton(one) : nothing,
    ],
  ]);
  showRows(byId('live'), rows, 'No export waits or runs.');
}

function showFailed({ lookedAt, exports, more }, at) {
  byId('failed-summary').textContent = `Among the ${count(lookedAt)} that ended last.${left(more)}`;
  const rows = exports.map((one) => [
    one.id,
    [
      id(one.id),
      number(`${duration(at - (one.endedAt ?? at))} ago`),
      text(one.failure?.code ?? '–', 'bad'),
      text(one.failure?.diagnostics ?? '–'),
      deleteButton(one),
    ],
  ]);
  showRows(byId('failed'), rows, 'None of them failed.');
}

function showEnded({ total, exports, more }, at) {
  byId('ended-summary').textContent = `${count(total)} are kept.${left(more)}`;
  const rows = exports.map((one) => [
    one.id,
    [
      id(one.id),
      state(one),
      number(count(one.rowsWritten)),
      number(throughput(one, at)),
      number(duration((one.endedAt ?? at) - one.acceptedAt)),
      number(`${duration(at - (one.endedAt ?? at))} ago`),
      deleteButton(one),
    ],
  ]);
  showRows(byId('ended'), rows, 'No export has ended.');
}

function showWorkers({ workers, more }, at) {
  const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
  byId('workers-summary').textContent =
    workers.length === 0 ? '' : `${count(workers.length)} with ${count(slots)} slots.${left(more)}`;
  const rows = workers.map((one) => [
    one.id,
    [id(one.id), number(count(one.slots)), number(count(one.leases)), number(duration(one.knownUntil - at))],
  ]);
  showRows(byId('workers'), rows, 'No worker is known.');
}

function showLeases({ at, leases, more }) {
  byId('leases-summary').textContent =
    leases.length === 0 ? '' : `${count(leases.length + more)} in all.${left(more)}`;
  const rows = leases.map((one) => [
    `${one.exportId} ${one.step}`,
    [id(one.exportId), text(one.step), id(one.worker), number(duration(one.leaseEnds - at))],
  ]);
  showRows(byId('leases'), rows, 'No step is at work.');
}

/** The counts of an activation that are not 0, and how many errors it had. */
function findings({ error, details }) {
  const counts = Object.entries(details)
    .filter(([, value]) => typeof value === 'number' && value > 0)
    .map(([name, value]) => `${name} ${count(value)}`);
  const errors = Array.isArray(details.errors) ? details.errors.length : 0;
  const words = [...counts, ...(errors > 0 ? [`${count(errors)} errors`] : []), ...(error ? [error] : [])];
  return text(words.join(', ') || '–', errors > 0 || error ? 'bad' : '');
}

function showTasks(tasks, at) {
  const rows = tasks.map((one) => [
    one.name,
    [
      text(one.name),
      text(one.current.state === 'running' ? `running for ${duration(at - one.current.since)}` : 'idle'),
      number(duration(one.periodSecs * 1000)),
      number(one.last ? `${duration(at - one.last.startedAt)} ago` : 'never'),
      number(one.last ? duration(one.last.elapsedMs) : '–'),
      one.last ? findings(one.last) : text('–'),
      activateButton(one),
    ],
  ]);
  showRows(byId('tasks'), rows, 'No worker has named its tasks yet.');
}

function showAudit({ from, entry }) {
  byId('audit-summary').textContent = `The newest ${count(entry.length)} since ${time(
    new Date(from).toISOString(),
  )}; millrace admin audit list shows older ones.`;
  const rows = entry.map(({ resource }) => [
    resource.id,
    [
      text(time(resource.recorded)),
      text(resource.agent[0]?.who.identifier.value ?? '–'),
      text(resource.subtype[0]?.display ?? '–'),
      id(resource.entity.map(({ what, name }) => what?.identifier.value ?? name ?? '').join(' ') || '–'),
      text(resource.outcomeDesc ?? '–', (resource.outcomeDesc ?? '').startsWith('HTTP 2') ? '' : 'warn'),
    ],
  ]);
  showRows(byId('audit'), rows, 'Nothing was done since then.');
}

function show(snapshot) {
  const { at } = snapshot;
  showLive(snapshot.live, at);
  showFailed(snapshot.failed, at);
  showEnded(snapshot.ended, at);
  showWorkers(snapshot.workers, at);
  showLeases(snapshot.leases);
  showTasks(snapshot.tasks, at);
  showAudit(snapshot.audit);
  byId('as-of').textContent = `As of ${time(new Date(at).toISOString())}.`;
}

// --- Events ---

/** Says how current the page is. Only a change is said, because screen readers read it out. */
function connection(words, isBad) {
  const status = byId('connection');
  if (status.textContent === words) return;
  status.textContent = words;
  status.className = isBad ? 'bad' : 'good';
}

function listen() {
  const events = new EventSource('/ops/events');
  events.addEventListener('snapshot', ({ data }) => {
    show(JSON.parse(data));
    connection('Live.', false);
  });
  events.addEventListener('trouble', ({ data }) =>
    connection(`Not current: ${JSON.parse(data).error}.`, true),
  );
  events.addEventListener('error', () => {
    connection('Not current: the API does not answer, or refuses this page. It is asked again.', true);
    // The browser itself connects again after a lost connection, and not after a refusal.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, PAUSE_MS);
  });
}

listen();
