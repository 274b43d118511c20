import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { configSchema as apiSchema, unsafeSettings as unsafeForApi } from '@millrace/api-service/config';
import { loadConfig } from '@millrace/configuration';
import {
  configSchema as workerSchema,
  unsafeSettings as unsafeForWorker,
} from '@millrace/worker-service/config';
import { parse } from 'yaml';
import { environmentOf, podsOf } from './pods.js';
import type { Pods } from './pods.js';
import { prometheusRule } from './prometheus-rule.js';
import { ROOT, helm, helmTemplate, kubectl, kustomize, titleOf } from './render.js';
import type { Manifest } from './render.js';
import { faultsOf } from './typed-models.js';

/** Seconds that a worker takes to hand back, at most, after its timeout. */
const HAND_BACK_S = 2;

/** The base with components, as an overlay of a site would have them. */
function withComponents(...names: readonly string[]): readonly Manifest[] {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-overlay-'));
  const at = (path: string): string => relative(folder, join(ROOT, 'deploy/kustomize', path));
  const overlay = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [at('base')],
    components: names.map((name) => at(`components/${name}`)),
  };
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(overlay));
  try {
    return kustomize(relative(join(ROOT, 'deploy/kustomize'), folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SENTINELS =
  'redis-sentinel-0.redis-sentinel:26379,redis-sentinel-1.redis-sentinel:26379,redis-sentinel-2.redis-sentinel:26379';
const NODES =
  'redis-cluster-0.redis-cluster:6379,redis-cluster-1.redis-cluster:6379,redis-cluster-2.redis-cluster:6379';
const setTo = (name: string, value: string): string => `--set=${name}=${value.replaceAll(',', '\\,')}`;

/** Without the External Secrets Operator, somebody makes the secret. */
const secretOfTheSite: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'millrace-redis' },
  data: { REDIS_URL: btoa('redis://redis.example:6379') },
};

const overlays: Readonly<Record<string, readonly Manifest[]>> =
  kubectl === undefined
    ? {}
    : {
        base: kustomize('base'),
        dev: kustomize('overlays/dev'),
        production: kustomize('overlays/production'),
        'with Sentinels': withComponents('redis-sentinel', 'operator-token'),
        'with a cluster': withComponents('redis-cluster'),
      };
const charts: Readonly<Record<string, readonly Manifest[]>> =
  helm === undefined
    ? {}
    : {
        base: helmTemplate(),
        'with Sentinels': helmTemplate(
          '--set=redis.kind=sentinel',
          setTo('redis.sentinels', SENTINELS),
          '--set=redis.masterName=millrace',
          '--set=operatorToken.enabled=true',
        ),
        'with a cluster': helmTemplate('--set=redis.kind=cluster', setTo('redis.nodes', NODES)),
        'without operators': [
          ...helmTemplate(
            '--set-string=api.settings.QUEUE_BOARD_ACTIONS=true',
            ...['keda', 'monitoring', 'externalSecrets', 'networkPolicies'].map(
              (part) => `--set=${part}.enabled=false`,
            ),
          ),
          secretOfTheSite,
        ],
      };
const rendered = [
  ...Object.entries(overlays).map(([name, manifests]) => ({ title: `kustomize, ${name}`, manifests })),
  ...Object.entries(charts).map(([name, manifests]) => ({ title: `Helm, ${name}`, manifests })),
];

/** Mistakes that a typed model has to find, made in a deployment. */
const mistakes = [
  ['"livenessProbe"', '"livenesProbe"'],
  ['"maxUnavailable":0', '"maxUnavailable":[]'],
  ['"containers"', '"container"'],
] as const;

/** Objects that several of them have are checked once. */
const models = new Map<string, readonly string[]>();
function checkModels(): void {
  const all = rendered.flatMap(({ manifests }) => manifests);
  const deployment = JSON.stringify(all.find(({ kind }) => kind === 'Deployment') ?? null);
  const texts = new Set([
    ...all.map((manifest) => JSON.stringify(manifest)),
    ...mistakes.map(([right, wrong]) => deployment.replace(right, wrong)),
  ]);
  const objects = [...texts].map((text) => JSON.parse(text) as Manifest);
  const faults = faultsOf(objects);
  [...texts].forEach((text, index) => models.set(text, faults[index] ?? []));
}

const service = ({ labels }: Pods) => labels['app.kubernetes.io/component'];
const configOf = (manifests: readonly Manifest[], pods: Pods) => {
  const environment = environmentOf(manifests, pods.container);
  return service(pods) === 'api'
    ? loadConfig(apiSchema, environment, unsafeForApi)
    : loadConfig(workerSchema, environment, unsafeForWorker);
};
const ours = (manifests: readonly Manifest[]): readonly Pods[] =>
  podsOf(manifests).filter(({ name }) => name.startsWith('millrace-'));
const find = <Spec>(manifests: readonly Manifest[], kind: string): Spec => {
  const found = manifests.find((one) => one.kind === kind);
  if (found === undefined) throw new Error(`no ${kind}`);
  return found.spec as Spec;
};

(kubectl === undefined || helm === undefined ? describe.skip : describe)('rendered manifests', () => {
  test('have no key and no type that their kinds do not know', () => {
    checkModels();
    for (const { title, manifests } of rendered) {
      for (const manifest of manifests) {
        const faults = models.get(JSON.stringify(manifest));
        expect({ title, object: titleOf(manifest), faults }).toEqual({
          title,
          object: titleOf(manifest),
          faults: [],
        });
      }
    }
    expect([...models.values()].filter((faults) => faults.length > 0)).toHaveLength(mistakes.length);
  });

  test.each(rendered)(
    '$title: both services start with the settings, and read all of them',
    ({ manifests }) => {
      const services = ours(manifests);
      expect(services.map(service).sort()).toEqual(['api', 'worker']);
      const document = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
      for (const pods of services) {
        expect(configOf(manifests, pods).operations).toMatchObject({ host: '0.0.0.0', port: 9464 });
        const section = document.split(/^## /m).find((text) => text.includes(`services/${service(pods)}`));
        const known = [...(section ?? '').matchAll(/^\| `([A-Z0-9_]+)`/gm)].map(([, name]) => name);
        const given = Object.keys(environmentOf(manifests, pods.container));
        expect(given.filter((name) => !known.includes(name))).toEqual([]);
      }
    },
  );

  test.each(rendered)('$title: a pod has the time that its service takes to stop', ({ manifests }) => {
    for (const pods of ours(manifests)) {
      const config = configOf(manifests, pods);
      const neededMs =
        'http' in config
          ? config.http.shutdownDelayMs + config.http.shutdownTimeoutMs
          : config.leases.shutdownTimeoutMs + HAND_BACK_S * 1000;
      expect(pods.spec.terminationGracePeriodSeconds).toBeGreaterThan(neededMs / 1000 + 5);
    }
  });

  test.each(rendered)('$title: pods keep to the restricted standard', ({ manifests }) => {
    for (const { spec, container } of podsOf(manifests)) {
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.securityContext?.runAsUser).toBeGreaterThan(0);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources?.limits?.['memory']).toBe(container.resources?.requests?.['memory']);
      expect(container.image).toMatch(/:\d+\.\d+\.\d+(-\w+)?$/);
    }
  });

  test.each(rendered)('$title: probes ask the operations listener', ({ manifests }) => {
    for (const { container, spec } of ours(manifests)) {
      const { startupProbe, livenessProbe, readinessProbe } = container;
      expect([startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet)).toEqual([
        { path: '/livez', port: 'operations' },
        { path: '/livez', port: 'operations' },
        { path: '/readyz', port: 'operations' },
      ]);
      expect(container.ports).toContainEqual({ name: 'operations', containerPort: 9464 });
      const volumes = (spec.volumes ?? []).map(({ name }) => name).sort();
      expect((container.volumeMounts ?? []).map(({ name }) => name).sort()).toEqual(volumes);
    }
  });

  test.each(rendered)('$title: selectors find pods, and scalers find deployments', ({ manifests }) => {
    const pods = podsOf(manifests);
    const selectors = manifests.flatMap(({ kind, spec }) => {
      const { selector, podSelector } = (spec ?? {}) as Record<string, Record<string, unknown> | undefined>;
      // That of a ServiceMonitor finds services.
      return kind === 'ServiceMonitor'
        ? []
        : [selector?.['matchLabels'] ?? selector, podSelector?.['matchLabels']];
    });
    const chosen = selectors.filter((selector) => selector !== undefined && selector !== null);
    expect(chosen.length).toBeGreaterThanOrEqual(6);
    for (const selector of chosen) {
      const entries = Object.entries(selector);
      expect(pods.some(({ labels }) => entries.every(([key, value]) => labels[key] === value))).toBe(true);
    }
    for (const kind of ['HorizontalPodAutoscaler', 'ScaledObject']) {
      if (!manifests.some((one) => one.kind === kind)) continue;
      const { scaleTargetRef } = find<{ scaleTargetRef: { name: string } }>(manifests, kind);
      expect(pods.map(({ name }) => name)).toContain(scaleTargetRef.name);
    }
  });

  test.each(rendered.filter(({ manifests }) => manifests.some(({ kind }) => kind === 'ScaledObject')))(
    '$title: a worker for as many steps as it has threads, each with a processor',
    ({ manifests }) => {
      const worker = ours(manifests).find((pods) => service(pods) === 'worker');
      const threads = environmentOf(manifests, worker?.container ?? { name: '' })['ENGINE_THREADS'];
      expect(worker?.container.resources?.requests?.['cpu']).toBe(threads);
      const { triggers } = find<{ triggers: { metadata: { threshold: string; query: string } }[] }>(
        manifests,
        'ScaledObject',
      );
      expect(triggers.map(({ metadata }) => metadata.threshold)).toEqual([threads]);
      const { namespace = '' } = manifests.find(({ kind }) => kind === 'ScaledObject')?.metadata ?? {};
      expect(triggers[0]?.metadata.query).toContain(`namespace="${namespace}"`);
    },
  );

  test.each(['base', 'with Sentinels', 'with a cluster'])('Helm and kustomize make the same: %s', (name) => {
    expect(comparable(charts[name] ?? [])).toEqual(comparable(overlays[name] ?? []));
  });

  test('the chart refuses a value that no template reads', () => {
    expect(() => helmTemplate('--set=api.replicaz=3')).toThrow(/replicaz/);
    expect(() => helmTemplate('--set=redis.kind=sentinel')).toThrow(/redis\.sentinels/);
  });

  test('the rules are those of deploy/prometheus', () => {
    const alerts = readFileSync(join(ROOT, 'deploy/prometheus/alerts.yaml'), 'utf8');
    const file = readFileSync(join(ROOT, 'deploy/kustomize/base/prometheus-rule.yaml'), 'utf8');
    expect(file).toBe(prometheusRule(alerts));
    expect(find(charts['base'] ?? [], 'PrometheusRule')).toEqual(parse(alerts));
  });
});

/** Objects by title; without the hashes with which kustomize and Helm restart what reads a changed setting. */
function comparable(manifests: readonly Manifest[]): Readonly<Record<string, unknown>> {
  const objects = manifests.map((manifest) => {
    const text = JSON.stringify(manifest, (key, value: unknown) =>
      key === 'annotations' && JSON.stringify(value).startsWith('{"checksum/settings"') ? undefined : value,
    );
    const plain = JSON.parse(text.replaceAll(/(millrace(?:-\w+)?-settings)-[a-z0-9]{10}/g, '$1')) as Manifest;
    return [titleOf(plain), plain] as const;
  });
  return Object.fromEntries(objects);
}
