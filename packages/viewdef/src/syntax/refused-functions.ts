const clock = 'a row would depend on when it was computed; compare with a constant, or filter the rows later';
const terminology = 'it asks a terminology server; compare with codes, or join with a table of them';

/** Functions of FHIRPath and FHIR that views may not call on purpose: why, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  resolve: 'it asks other servers; write getReferenceKey() and join the tables by it',
  memberOf: terminology,
  subsumes: terminology,
  subsumedBy: terminology,
  expand: terminology,
  lookup: terminology,
  validateVS: terminology,
  validateCS: terminology,
  translate: terminology,
  trace: 'it writes values of resources to a log; leave it out',
  now: clock,
  today: clock,
  timeOfDay: clock,
  conformsTo: 'it needs profiles; compare meta.profile with the URL of one',
  elementDefinition: 'it needs profiles, which a view has none of',
  slice: 'it needs profiles; write where() with what tells the slice apart',
  checkModifiers:
    'it ends the evaluation with an error; write modifierExtension.empty() in a where of the view',
  htmlChecks: 'it validates data; views take the data as it is',
  defineVariable: 'FHIRPath of a view has no variables; write a constant or a nested select',
  weight: 'it asks a terminology server; read the extension that holds the weight',
};

/** Why a function is refused on purpose; undefined for those that are not. */
export function reasonForRefusal(name: string): string | undefined {
  return Object.hasOwn(refused, name) ? refused[name] : undefined;
}
