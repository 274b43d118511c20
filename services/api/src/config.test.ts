import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@millrace/configuration';
import { configSchema, refuse } from './config.js';

const complete = { REDIS_URL: 'redis://127.0.0.1:6379', MILLRACE_DATA: '/data', MILLRACE_OUT: '/out' };
const load = (environment: Record<string, string>) =>
  loadConfig(configSchema, { ...complete, ...environment }, refuse);

describe('the configuration of the API', () => {
  it('listens on loopback unless it is told otherwise', () => {
    expect(load({}).http).toMatchObject({ host: '127.0.0.1', port: 8080 });
    expect(load({}).operations).toMatchObject({ host: '127.0.0.1', port: 9464 });
  });

  it.each(['0.0.0.0', '::'])('needs a public address to listen on %s', (HOST) => {
    expect(() => load({ HOST })).toThrow('PUBLIC_BASE_URL must be set');
    expect(load({ HOST, PUBLIC_BASE_URL: 'https://sof.example' }).http.publicBaseUrl).toBe(
      'https://sof.example',
    );
  });

  it('refuses to keep results for less than a day', () => {
    expect(() => load({ RETENTION: '23h' })).toThrow('RETENTION: must be at least 24h');
  });
});
