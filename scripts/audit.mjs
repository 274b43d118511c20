// `npm run audit:dependencies`: looks for known faults of the dependencies that are shipped. It exits with 1 for faults, and says
// "not run" where the registry does not answer audits: that is no proof that there is none.
import { spawnSync } from 'node:child_process';
import { root } from './workspaces.mjs';

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  cwd: root,
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const counts = countsOf(stdout);
if (counts === undefined) {
  const [why = 'npm gave no report'] = stderr.split('\n').filter((line) => line !== '');
  process.stdout.write(`audit of dependencies: not run (${why})\n`);
} else {
  const found = Object.entries(counts).filter(([severity, count]) => severity !== 'total' && count > 0);
  process.stdout.write(
    `audit of dependencies: ${found.length === 0 ? 'no known faults' : found.map(([severity, count]) => `${count} ${severity}`).join(', ')}\n`,
  );
  if (found.length > 0) process.stdout.write('`npm audit --omit=dev` tells of each\n');
  process.exitCode = found.length === 0 ? 0 : 1;
}

/** Number of faults by severity; undefined where npm could not ask for them. */
function countsOf(text) {
  try {
    return JSON.parse(text).metadata?.vulnerabilities;
  } catch {
    return undefined;
  }
}
