import { runTool, toolCommand } from '@millrace/harness-kit';
import { addBulk } from './bulk/bulk-command.js';
import { addBurst } from './burst/burst-command.js';
import { addCancel } from './cancel/cancel-command.js';
import { addControlPlane } from './control-plane/control-plane-command.js';
import { addEngine } from './engine/engine-command.js';
import { addIds } from './ids/ids-command.js';
import { addMemory } from './memory/memory-command.js';
import { addPeers } from './peers/peers-command.js';
import { addPipeline } from './pipeline/pipeline-command.js';
import { addResume } from './resume/resume-command.js';
import { addRun } from './run/run-command.js';
import { addScale } from './scale/scale-command.js';
import { addScaling } from './scaling/scaling-command.js';
import { addSpill } from './spill/spill-command.js';
import { addParts } from './storage/parts-command.js';
import { addStorage } from './storage/storage-command.js';
import { addStart } from './start/start-command.js';
import { addSql } from './sql/sql-command.js';
import { addTenants } from './tenants/tenants-command.js';
import { addSqlRun } from './sql-run/sql-run-command.js';
import type { BenchWorld } from './world.js';

/** Runs one benchmark and gives the exit code: 0 done, 1 failed, 2 not understood. */
export async function runBenchmarks(args: readonly string[], world: BenchWorld): Promise<number> {
  const program = toolCommand('bench', 'Measures parts of the product and prints JSON', world);
  addEngine(program, world.out);
  addMemory(program, world);
  addPeers(program, world);
  addPipeline(program, world);
  addScaling(program, world);
  addResume(program, world);
  addControlPlane(program, world);
  addScale(program, world);
  addCancel(program, world);
  addBurst(program, world);
  addRun(program, world);
  addSqlRun(program, world);
  addSql(program, world);
  addSpill(program, world);
  addStart(program, world);
  addStorage(program, world);
  addParts(program, world);
  addBulk(program, world);
  addIds(program, world);
  addTenants(program, world);
  try {
    return await runTool(program, args, () => 0);
  } catch (error) {
    world.err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
