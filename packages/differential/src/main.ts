import { runProgram } from './program.js';

// fhirpath.js takes moments without a zone in that of the process.
process.env['TZ'] = 'UTC';
process.exitCode = await runProgram(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
