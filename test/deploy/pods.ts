import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { Manifest } from './render.js';

type PodSpec = NonNullable<NonNullable<IDeployment['spec']>['template']['spec']>;
export type Container = PodSpec['containers'][number];

/** The pods of one deployment. */
export interface Pods {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
  readonly container: Container;
}

/** The pods of all deployments. The typed models have checked that these have what is read here. */
export function podsOf(manifests: readonly Manifest[]): readonly Pods[] {
  return manifests
    .filter(({ kind }) => kind === 'Deployment')
    .map((manifest) => {
      const { template } = (manifest as unknown as Required<IDeployment>).spec;
      const [container, ...others] = template.spec?.containers ?? [];
      if (template.spec === undefined || container === undefined || others.length > 0) {
        throw new Error(`${manifest.metadata.name} must have pods of one container`);
      }
      const labels = template.metadata?.labels ?? {};
      return { name: manifest.metadata.name, labels, spec: template.spec, container };
    });
}

/** Values of secrets that only the store of a site knows. */
const SECRETS: Readonly<Record<string, string>> = { REDIS_URL: 'rediss://redis.example:6379' };

/**
 * The variables that the kubelet gives to a container, with invented secrets.
 *
 * @throws Error if it names a ConfigMap or a Secret that nothing makes
 */
export function environmentOf(manifests: readonly Manifest[], container: Container): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { configMapRef, secretRef } of container.envFrom ?? []) {
    const name = configMapRef?.name ?? secretRef?.name ?? '';
    Object.assign(
      environment,
      configMapRef === undefined ? secretNamed(manifests, name) : settingsNamed(manifests, name),
    );
  }
  for (const { name, value } of container.env ?? []) environment[name] = value ?? '';
  return environment;
}

function settingsNamed(manifests: readonly Manifest[], name: string): Readonly<Record<string, string>> {
  const found = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  if (found?.data === undefined) throw new Error(`no ConfigMap ${name}`);
  return found.data;
}

function secretNamed(manifests: readonly Manifest[], name: string): Readonly<Record<string, string>> {
  const secret = manifests.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
  if (secret?.data !== undefined) {
    const decoded = Object.entries(secret.data).map(([key, value]) => [key, atob(value)] as const);
    return Object.fromEntries(decoded);
  }
  const external = manifests.find(
    ({ kind, spec }) =>
      kind === 'ExternalSecret' && (spec as { target: { name: string } }).target.name === name,
  );
  if (external === undefined) throw new Error(`nothing makes the Secret ${name}`);
  const { data } = external.spec as { data: readonly { secretKey: string }[] };
  return Object.fromEntries(
    data.map(({ secretKey }) => [secretKey, SECRETS[secretKey] ?? 'an-invented-secret']),
  );
}
