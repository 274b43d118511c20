import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './render.js';
import type { Manifest } from './render.js';

/** Package of the types of an API group; those of Kubernetes itself are in one. */
const PACKAGES: Readonly<Record<string, string>> = {
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'keda.sh': '@kubernetes-models/keda',
  'external-secrets.io': '@kubernetes-models/external-secrets',
};

const PROJECT = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  },
  files: ['rendered.ts'],
};

/**
 * Checks objects against the types of their kinds, by the compiler: an unknown key is an error, as are a wrong type and a
 * missing field. Validators of the same packages let unknown keys pass.
 *
 * @returns for each object its faults
 * @throws Error if the compiler says anything else
 */
export function faultsOf(manifests: readonly Manifest[]): readonly (readonly string[])[] {
  const lines = manifests.map((manifest, index) => {
    const group = manifest.apiVersion.includes('/') ? (manifest.apiVersion.split('/')[0] ?? '') : '';
    const from = `${PACKAGES[group] ?? 'kubernetes-models'}/${manifest.apiVersion}/${manifest.kind}`;
    return `export const object${index}: import('${from}').I${manifest.kind} = ${JSON.stringify(manifest)};`;
  });
  // Below the root, where packages are found.
  const parent = join(ROOT, 'node_modules/.cache');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'manifests-'));
  const faults = manifests.map((): string[] => []);
  try {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(PROJECT));
    writeFileSync(join(folder, 'rendered.ts'), lines.join('\n'));
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const args = [compiler, '--project', folder, '--pretty', 'false'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    if (stderr !== '') throw new Error(stderr);
    // Further lines of a message are indented.
    for (const message of stdout.split(/\n(?=\S)/).filter((text) => text.trim() !== '')) {
      const [, line, text] = /^rendered\.ts\((\d+),\d+\): error (.+)$/s.exec(message.trim()) ?? [];
      const found = faults[Number(line) - 1];
      if (found === undefined || text === undefined) throw new Error(message);
      found.push(text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return faults;
}
