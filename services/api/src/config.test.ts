import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@millrace/configuration';
import { configSchema, unsafeSettings } from './config.js';

const complete = { REDIS_URL: 'redis://127.0.0.1:6379', MILLRACE_DATA: '/data', MILLRACE_OUT: '/out' };
const load = (environment: Record<string, string>) =>
  loadConfig(configSchema, { ...complete, ...environment }, unsafeSettings);

describe('the configuration of the API', () => {
  it('listens on loopback unless it is told otherwise', () => {
    expect(load({}).http).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(load({}).operations).toMatchObject({ host: '127.0.0.1', port: 9464 });
  });

  it.each(['0.0.0.0', '::'])('needs a public address to listen on %s', (HOST) => {
    expect(() => load({ HOST })).toThrow('PUBLIC_BASE_URL must be set');
    const PUBLIC_BASE_URL = 'https://sof.example';
    expect(() => load({ HOST, PUBLIC_BASE_URL })).toThrow('AUTH_MODE must be jwt or smart');
    expect(load({ HOST, PUBLIC_BASE_URL, AUTH_ALLOW_ANONYMOUS: 'true' }).http.publicBaseUrl).toBe(
      'https://sof.example',
    );
  });

  it('reads the bases of sources, and whose they are', () => {
    const SOURCE_BASE_URLS = 'https://EHR.example/fhir/\n north%20wing=http://h:8080/a=b/  south=https://s';
    expect(load({ SOURCE_BASE_URLS }).sources.bases).toEqual([
      { source: undefined, base: 'https://ehr.example/fhir' },
      { source: 'north wing', base: 'http://h:8080/a=b' },
      { source: 'south', base: 'https://s' },
    ]);
    expect(load({}).sources.bases).toEqual([]);
  });

  it.each([
    'ehr.example',
    'north=ehr.example',
    'https://h/fhir?x=1',
    '%=https://h',
    'https://h, https://i',
    'https://h/a, https://i',
  ])('refuses the bases %s', (SOURCE_BASE_URLS) => {
    expect(() => load({ SOURCE_BASE_URLS })).toThrow('SOURCE_BASE_URLS: must be FHIR base URLs');
  });

  it('allows pages of no origin unless it is told otherwise', () => {
    expect(load({}).cors.origins).toEqual([]);
    expect(load({ CORS_ORIGINS: ' https://a.example\n http://localhost:3000 ' }).cors.origins).toEqual([
      'https://a.example',
      'http://localhost:3000',
    ]);
    expect(load({ CORS_ORIGINS: '*' }).cors.origins).toBe('any');
  });

  it.each([
    'a.example',
    'https://a.example/',
    'https://A.example',
    'https://a.example:443',
    'https://a.example,https://b.example',
    'https://a.example *',
    'null',
    'file:///x',
  ])('refuses the origins %s, which no browser sends', (CORS_ORIGINS) => {
    expect(() => load({ CORS_ORIGINS })).toThrow('CORS_ORIGINS: must be origins');
  });

  it('refuses bounds of Retry-After that exclude each other', () => {
    expect(load({ POLL_RETRY_MIN: '5s', POLL_RETRY_MAX: '5s' }).polling.pace.minSeconds).toBe(5);
    expect(() => load({ POLL_RETRY_MIN: '31s' })).toThrow('POLL_RETRY_MIN must be at most POLL_RETRY_MAX');
  });

  it('sends clients to the store for files only where the store can send them, for a week at most', () => {
    expect(load({}).downloads).toMatchObject({ by: 'stream', linkLifetimeMs: 300_000 });
    const redirect = { DOWNLOADS: 'redirect', MILLRACE_OUT: 's3://bucket' };
    expect(load(redirect).downloads.by).toBe('redirect');
    expect(() => load({ ...redirect, MILLRACE_OUT: '/out' })).toThrow('MILLRACE_OUT must be s3://');
    expect(() => load({ ...redirect, DOWNLOAD_LINK_LIFETIME: '8d' })).toThrow('must be at most 7d');
  });

  it('refuses to keep results for less than a day', () => {
    expect(() => load({ RETENTION: '23h' })).toThrow('RETENTION: must be at least 24h');
  });
});
