import { parseArgs } from 'node:util';
import { patientsForBytes } from './patients-for-bytes.js';
import { writeSample } from './write-sample.js';

const USAGE = `Writes a sample of invented FHIR R4 resources as NDJSON, one file a type.

Usage: node packages/samples/dist/main.js --out FOLDER (--patients N | --bytes N) [--seed N]

  --out FOLDER    where to write; made if need be
  --patients N    how many patients
  --bytes N       about how many bytes in all; KB, MB and GB may follow the number
  --seed N        the same seed gives the same bytes (1)
`;

const UNITS = { '': 1, KB: 1e3, MB: 1e6, GB: 1e9 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const { out, seed, patients } = readArguments(args);
    for (const { file, resources, bytes } of await writeSample(out, { seed, patients })) {
      process.stdout.write(`${file}: ${resources} resources, ${bytes} bytes\n`);
    }
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

function readArguments(args: readonly string[]): { out: string; seed: number; patients: number } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      out: { type: 'string' },
      patients: { type: 'string' },
      bytes: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  const { out, patients, bytes } = values;
  if (out === undefined) throw new Error('--out is missing, expected a folder');
  if ((patients === undefined) === (bytes === undefined)) {
    throw new Error('expected either --patients or --bytes');
  }
  const seed = wholeNumber('--seed', values.seed);
  if (patients !== undefined) return { out, seed, patients: wholeNumber('--patients', patients) };
  return { out, seed, patients: patientsForBytes(wholeNumber('--bytes', bytes ?? ''), seed) };
}

function wholeNumber(option: string, text: string): number {
  const match = /^(\d{1,15})(KB|MB|GB|)$/.exec(text);
  if (!match) throw new Error(`${option} is "${text}", expected a whole number`);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
