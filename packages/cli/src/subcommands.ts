import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

/** A subcommand of `millrace`. */
export interface Subcommand {
  readonly description: string;
  /** Loads what the subcommand needs, and gives the function that adds its options and its action. */
  load(): Promise<(command: Command, terminal: Terminal) => void>;
}

/** By name, in the order of the help. Only the one that is used is loaded: loading all of them takes a third of a second. */
export const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  up: {
    description:
      'runs the whole stack on this machine: a Redis, the API and workers, each as its own process',
    load: async () => (await import('./up.js')).declareUp,
  },
  run: {
    description: 'evaluates views over NDJSON without a server; rows go to standard output or to files',
    load: async () => (await import('./run/run-command.js')).declareRun,
  },
  validate: {
    description: 'checks views without data and lists every fault; exit code 1 if there is one',
    load: async () => (await import('./validate.js')).declareValidate,
  },
  export: {
    description:
      'exports views, or with --bulk whole resources, from a server: starts the export, waits, downloads and verifies the files; Ctrl-C cancels the export',
    load: async () => (await import('./export/export-command.js')).declareExport,
  },
  download: {
    description:
      'waits for an export that was started elsewhere, downloads and verifies its files; the same command goes on after a crash',
    load: async () => (await import('./export/download-command.js')).declareDownload,
  },
  status: {
    description: 'shows the state of an export, and the URLs of its files once it has completed',
    load: async () => (await import('./status.js')).declareStatus,
  },
  cancel: {
    description: 'cancels an export',
    load: async () => (await import('./cancel.js')).declareCancel,
  },
  demo: {
    description: 'exports the bundled sample data with its views to Parquet and CSV, and shows what came out',
    load: async () => (await import('./demo/demo-command.js')).declareDemo,
  },
  admin: {
    description: 'shows operators what the system does; changes anything only with --write',
    load: async () => (await import('./admin/admin-command.js')).declareAdmin,
  },
};
