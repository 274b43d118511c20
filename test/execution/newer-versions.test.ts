import { expect, test } from '@jest/globals';
import { exportObjectKey, planText } from '@millrace/export';
import { until } from '../until.js';
import { openWorld } from './world.js';

test('a plan of a newer version is left to a worker that knows it, and costs no attempt', async () => {
  await using world = await openWorld({});
  const { store, artefacts } = world.ports;
  const id = await world.kickOff(2);
  const key = exportObjectKey('default', id, 'plan');
  // No version has this number yet, so that the promise holds when the plan gets its next one.
  await store.createIfAbsent(key, Buffer.from('{"schemaVersion":1000,"graph":[]}'), 'must-exist');
  await world.work(1);
  const postponed = /millrace_steps_postponed_total\{dependency="newer-worker",service="test"\} (\d+)/;
  await until(async () => {
    const [, count = 0] = postponed.exec(await world.metrics.registry.metrics()) ?? [];
    // More often than a step may be tried.
    return Number(count) > world.ports.settings.maxAttempts;
  }, 'the step to be postponed again and again');
  expect((await world.jobs.read(id))?.state).toBe('in-progress');

  // A plan that this worker can read stands for the newer worker, which could have read the first one.
  await store.remove([key]);
  const plan = { inputs: [], passes: [], stages: [], outputs: [{ stage: 0 }], notices: [] };
  await store.createIfAbsent(key, Buffer.from(planText(plan)), 'must-exist');
  expect(await world.outcome(id)).toBe('completed');
  expect((await artefacts.manifest({ tenant: 'default', id }))?.outcome).toBe('completed');
});
