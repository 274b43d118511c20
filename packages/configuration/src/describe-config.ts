import * as z from 'zod';
import type { ConfigSchema } from './load-config.js';

const NONE = '–';

/** The document of a service's variables: one Markdown table for each section. */
export function describeConfig(schema: ConfigSchema): string {
  return Object.values(schema)
    .map((section) => describeSection(section))
    .join('\n\n');
}

function describeSection(section: z.ZodType): string {
  const rows = Object.entries(variablesOf(section)).map(
    ([name, variable]) => `| \`${name}\` | ${fallbackOf(variable)} | ${descriptionOf(name, variable)} |`,
  );
  return [
    `### ${section.description ?? ''}`,
    '',
    '| Variable | Default | Meaning |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

function variablesOf(section: z.ZodType): Readonly<Record<string, z.core.$ZodType>> {
  const input = section instanceof z.ZodPipe ? section.in : section;
  if (!(input instanceof z.ZodObject)) throw new TypeError('a section must be z.object({ … }).transform(…)');
  return input.shape;
}

function descriptionOf(name: string, variable: z.core.$ZodType): string {
  const description = variable instanceof z.ZodType ? variable.description : undefined;
  if (description === undefined) throw new TypeError(`variable ${name} has no describe()`);
  return description;
}

function fallbackOf(variable: z.core.$ZodType): string {
  if (variable instanceof z.ZodPipe) return fallbackOf(variable.in);
  if (variable instanceof z.ZodDefault) {
    const fallback = String(variable.def.defaultValue);
    return fallback === '' ? NONE : `\`${fallback}\``;
  }
  return variable instanceof z.ZodOptional ? NONE : 'required';
}
