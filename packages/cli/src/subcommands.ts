import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

/** A subcommand of `millrace`. */
export interface Subcommand {
  readonly description: string;
  /** One call that is right. The help shows it, and so does every usage fault. */
  readonly example: string;
  /** Loads what the subcommand needs, and gives the function that adds its options and its action. */
  load(): Promise<(command: Command, terminal: Terminal) => void>;
}

/** By name, in the order of the help. Only the one that is used is loaded: loading all of them takes a third of a second. */
export const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  up: {
    description:
      'runs the whole stack on this machine: a Redis, the API and workers, each as its own process',
    example: 'millrace up --data ./ndjson --out ./exports',
    load: async () => (await import('./up.js')).declareUp,
  },
  run: {
    description:
      'evaluates views over NDJSON without a server, or with --server on one; rows go to standard output or to files',
    example: 'millrace run --view my-view.json --input ./ndjson --out patients.csv',
    load: async () => (await import('./run/run-command.js')).declareRun,
  },
  validate: {
    description:
      'checks views and Libraries with SQL without data, and lists every fault; exit code 1 if there is one',
    example: 'millrace validate my-view.json',
    load: async () => (await import('./validate.js')).declareValidate,
  },
  export: {
    description:
      'exports views and SQL, or with --bulk whole resources, from a server: starts the export, waits, downloads and verifies the files; Ctrl-C cancels the export',
    example:
      'millrace export --server http://127.0.0.1:8080/fhir --view my-view.json --format csv --out ./tables',
    load: async () => (await import('./export/export-command.js')).declareExport,
  },
  download: {
    description:
      'waits for an export that was started elsewhere, downloads and verifies its files; the same command goes on after a crash',
    example:
      'millrace download http://127.0.0.1:8080/fhir/export/0123456789abcdef0123456789abcdef/status --out ./tables',
    load: async () => (await import('./export/download-command.js')).declareDownload,
  },
  definitions: {
    description:
      'stores the views and Libraries of a folder on a server (push), or writes them to one (pull)',
    example: 'millrace definitions push ./views --server http://127.0.0.1:8080/fhir',
    load: async () => (await import('./definitions/definitions-command.js')).declareDefinitions,
  },
  sql: {
    description: 'makes Libraries of SQL files, and statements that load results into other engines',
    example: 'millrace sql build my-query.sql --out my-query.json',
    load: async () => (await import('./sql/sql-command.js')).declareSql,
  },
  status: {
    description: 'shows the state of an export, and the URLs of its files once it has completed',
    example: 'millrace status http://127.0.0.1:8080/fhir/export/0123456789abcdef0123456789abcdef/status',
    load: async () => (await import('./status.js')).declareStatus,
  },
  cancel: {
    description: 'cancels an export; with --remove, removes one that has completed',
    example: 'millrace cancel http://127.0.0.1:8080/fhir/export/0123456789abcdef0123456789abcdef/status',
    load: async () => (await import('./cancel.js')).declareCancel,
  },
  demo: {
    description: 'exports the bundled sample data with its views to Parquet and CSV, and shows what came out',
    example: 'millrace demo',
    load: async () => (await import('./demo/demo-command.js')).declareDemo,
  },
  admin: {
    description: 'shows operators what the system does; changes anything only with --write',
    example: 'millrace admin exports list',
    load: async () => (await import('./admin/admin-command.js')).declareAdmin,
  },
};
