import { Command, CommanderError } from 'commander';
import { addCancel } from './cancel/cancel-command.js';
import { addControlPlane } from './control-plane/control-plane-command.js';
import { addEngine } from './engine/engine-command.js';
import { addMemory } from './memory/memory-command.js';
import { addPeers } from './peers/peers-command.js';
import { addPipeline } from './pipeline/pipeline-command.js';
import { addResume } from './resume/resume-command.js';
import { addScaling } from './scaling/scaling-command.js';
import type { BenchWorld } from './world.js';

/** Runs one benchmark and gives the exit code: 0 done, 1 failed, 2 not understood. */
export async function runBenchmarks(args: readonly string[], world: BenchWorld): Promise<number> {
  const program = new Command('bench')
    .description('Measures parts of the product and prints JSON')
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
    .showHelpAfterError('(--help lists what is understood)');
  addEngine(program, world.out);
  addMemory(program, world);
  addPeers(program, world);
  addPipeline(program, world);
  addScaling(program, world);
  addResume(program, world);
  addControlPlane(program, world);
  addCancel(program, world);
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    world.err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}
