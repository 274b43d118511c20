import { runTool, toolCommand } from '@millrace/harness-kit';
import { checkSuite } from './check-suite.js';
import { SuiteFolderError } from './errors.js';
import type { SuiteWorld } from './world.js';

/**
 * Gives the exit code: 0 when every test passed on every tier, 1 when not, 2 when the arguments were not understood,
 * 130 when it was interrupted.
 */
export async function runProgram(args: readonly string[], world: SuiteWorld): Promise<number> {
  const program = toolCommand(
    'conformance',
    'Runs the official ViewDefinition suite on every engine and through the HTTP API',
    world,
  )
    .argument('<dir>', 'folder of the suite: the *.json files of its tests')
    .option('--report <file>', 'file for the report', 'test_report.json');
  return runTool(program, args, async () => {
    const { report } = program.opts<{ report: string }>();
    const [folder = ''] = program.args;
    try {
      if (await checkSuite(folder, report, world)) return 0;
      world.err('error: the suite did not pass everywhere\n');
      return 1;
    } catch (error) {
      if (world.signal.aborted) {
        world.err('interrupted\n');
        return 130;
      }
      world.err(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      return error instanceof SuiteFolderError ? 2 : 1;
    }
  });
}
