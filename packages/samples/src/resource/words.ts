/** Words as JSON text, quotes and escapes included. */
type Words = readonly [string, ...string[]];

function json(first: string, ...others: string[]): Words {
  return [JSON.stringify(first), ...others.map((word) => JSON.stringify(word))];
}

export const FAMILIES: Words = [
  ...json(
    'Abara',
    'Bergström',
    'Castellano',
    'Dubois',
    'Eriksen',
    'Farouk',
    'Gallagher',
    'Haddad',
    'Ivanova',
  ),
  ...json('Jankowski', 'Kowalczyk', 'Lindqvist', "O'Brien", 'Nguyễn', 'Okonkwo', 'Petrović', 'Rosenthal'),
  ...json('van der Berg, Jr.', 'Smith "Smitty"', 'Doe\\Roe', '李', 'محمد', 'Þórsdóttir', '=Formula'),
  // Escapes that a parser must undo, and that no writer would choose for itself.
  '"M\\u00fcller"',
  '"Garc\\u00eda"',
];

export const GIVENS: Words = [
  ...json('Ada', 'Bruno', 'Chidi', 'Dolores', 'Emil', 'Fatima', 'Greta', 'Hiro', 'Ines', 'Jakub', 'Kwame'),
  ...json(
    'Lior',
    'Maren',
    'Nils',
    'Oona',
    'Pilar',
    'Quentin',
    'Ravi',
    'Saoirse',
    'Tomás',
    'Zoë',
    'Anne-Marie',
  ),
  ...json('Jo "Jojo"', 'X Æ', '太郎', '😀'),
];

export const STREETS: Words = json(
  'Harbour Street',
  'Mill Lane',
  'Rue de l’Église',
  'Am Alten Markt',
  'Calle Mayor',
  'Orchard, Rear Building',
  'Flat "B"',
  'Line one\nLine two',
  'Tab\there',
);

export const CITIES: Words = [
  ...json('Aarhus', 'Boise', 'Córdoba', 'Durban', 'Évora', 'Fresno', 'Gdańsk', 'Hull', 'İzmir', 'Juneau'),
  ...json('Springfield, East', 'St. John’s', '東京'),
];

export const NOTES: Words = [
  ...json('Unremarkable.', 'Seen at home; will call back.', 'Repeat in 3 months, sooner if worse.'),
  ...json(
    'Patient says: "it hurts, mostly at night".',
    'First line\nSecond line\r\nThird line',
    'Tab\tand \\ backslash',
  ),
  ...json(
    'Temp > 38 °C & rising — see plan',
    'Überweisung an Kardiologie',
    '経過観察',
    'Feeling better 🙂, thanks',
  ),
  ...json(',,,', '"', "' OR 1=1; --", '-1+2'),
  '"Escaped: \\u00e9, \\ud83d\\ude00, \\/ and \\u2028 end"',
];

export const NARRATIVE = JSON.stringify(
  '<div xmlns="http://www.w3.org/1999/xhtml"><p>Generated sample; every person in it is invented.</p></div>',
);
