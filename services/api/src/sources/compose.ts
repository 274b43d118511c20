import type { Logger } from '@millrace/observability';
import type { SourceChoice } from '@millrace/protocol';
import { openSource, sourcesAt } from '@millrace/storage';
import type { ApiConfig } from '../config.js';
import { basesOfSources } from '../source-bases.js';
import { chooseDefault } from '../source-choice.js';
import { versionedSources } from '../versioned-sources.js';

/** The sources that an API reads. */
export interface OpenedSources {
  readonly found: Awaited<ReturnType<typeof sourcesAt>>['sources'];
  /** By name. */
  readonly sources: ReadonlyMap<string, ReturnType<typeof openSource>>;
  readonly choice: SourceChoice;
}

/** @throws ConfigurationError for settings that name others; what listing them rejects with */
export async function openSources(
  config: Pick<ApiConfig, 'storage' | 'sources'>,
  log: Pick<Logger, 'warn'>,
): Promise<OpenedSources> {
  const { storage } = config;
  const { data, fhirVersion, gzipRatio } = storage;
  const { sources: found, beside } = await sourcesAt(data, fhirVersion, gzipRatio);
  if (beside.count > 0) {
    const { count, names } = beside;
    log.warn({ count, files: names }, 'files beside the folders of sources look like data and are not read');
  }
  const sources = new Map(found.map((source) => [source.name, openSource(source)]));
  const bases = basesOfSources([...sources.keys()], config.sources.bases);
  const versioned = versionedSources([...sources.keys()], config.sources.versioned);
  const offered = [...sources].map(
    ([name, { fhirVersion }]) =>
      [name, { fhirVersion, baseUrls: bases.get(name) ?? [], versions: versioned.has(name) }] as const,
  );
  return { found, sources, choice: chooseDefault(new Map(offered), config.sources.defaultSource) };
}
