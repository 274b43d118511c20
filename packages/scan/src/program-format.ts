/**
 * The words of a program in the memory of the kernel. The kernel is compiled from this file too, so that both sides
 * have one list of numbers; it therefore holds nothing but numeric constants. Offsets and sizes are in bytes.
 */

// A captured value, or a literal of the program. `start` and `length` are its text: of a string without its quotes.
export const VALUE_START = 0;
export const VALUE_LENGTH = 4;
export const VALUE_KIND = 8;
/** The next item of the same array. */
export const VALUE_NEXT = 12;
/** Of an object: its node. Others have 0. */
export const VALUE_NODE = 16;
/** Always 0: where the slot of a key would be that the node does not have. */
export const VALUE_NOTHING = 20;
export const VALUE_BYTES = 24;
/**
 * After the record of an object come its slots: one for each edge of the node, the first value under the key, then one for
 * each companion, a `SEEN_`.
 */
export const SLOT_BYTES = 4;

export const KIND_NUMBER = 0;
/** A primitive element without value; its text is `null`. It is next to the numbers, as both are looked at in cells. */
export const KIND_NOTHING = 1;
export const KIND_STRING = 2;
export const KIND_OBJECT = 3;
export const KIND_TRUE = 4;
export const KIND_FALSE = 5;
/** `start` is the address of `length` value addresses. */
export const KIND_LIST = 6;

// A node of the trie of the keys that the views read.
export const NODE_SLOT_COUNT = 0;
export const NODE_FLAGS = 4;
/**
 * A byte for each key of the program: the place of its slot after `VALUE_NOTHING`; 0 for a key without a
 * slot.
 */
export const NODE_SLOTS = 8;
/** The address of an edge, or 0, for each hash of a key. */
export const NODE_TABLE = 12;
export const NODE_BYTES = 16;

/** An array in this place is odd: an expression looks at the property itself. */
export const NODE_NO_ARRAY = 1;
/** Null and arrays without items are odd: whether the property is there decides which one is read. */
export const NODE_PRESENCE = 2;
/** The value may be a primitive: it may have a companion, and null in an array is an item. */
export const NODE_PRIMITIVE = 4;
/**
 * For some view the value is not a primitive. If it is one for another view, null in an array and companions
 * are odd.
 */
export const NODE_TREE = 8;
/** A companion is odd: views look into it. */
export const NODE_BARE = 16;

/** The companion of a value came first, and has left items without value in its slot. */
export const SEEN_FIRST = 1;
/** Neither the companion nor, if it came first, the value may come again. */
export const SEEN_DONE = 2;

/** Their slots are counted in a byte, and most entries of a table of edges stay empty. */
export const MOST_EDGES = 64;
/** A hash is the highest bits of a product with this odd number, the golden ratio as a fraction of 2^64. */
export const HASH_FACTOR_HIGH = 0x9e3779b9;
export const HASH_FACTOR_LOW = 0x7f4a7c15;
export const HASH_BITS = 8;

// An edge of the trie: the first 16 bytes of a key padded with zeros, and all of it elsewhere. A primitive under `name` has
// a second edge for its companion under `_name`, to the same node.
export const EDGE_HEAD = 0;
export const EDGE_TAIL = 8;
export const EDGE_LENGTH = 16;
export const EDGE_NODE = 20;
export const EDGE_TEXT = 24;
/** Distance of the slot from the value. Of a companion that of a word which is never 0, so that its slot seems to be taken. */
export const EDGE_SLOT = 28;
/** The next edge with the same hash, or 0. */
export const EDGE_NEXT = 32;
/** Of a companion: the distance of the slot of the primitive. Others have 0. */
export const EDGE_BASE = 36;
/** The distance of the slot that says whether the companion was seen; 0 for an edge without companions. */
export const EDGE_SEEN = 40;
export const EDGE_BYTES = 48;

// An expression: an opcode and three operands, which are addresses of other records or plain numbers.
export const EXPRESSION_OP = 0;
export const EXPRESSION_A = 4;
export const EXPRESSION_B = 8;
export const EXPRESSION_C = 12;
export const EXPRESSION_BYTES = 16;

export const OP_THIS = 0;
export const OP_RESOURCE = 1;
export const OP_NONE = 2;
/** a: value */
export const OP_LITERAL = 3;
/** a: input, b: key */
export const OP_FIELD = 4;
/** a: input, b: count of keys, c: keys */
export const OP_FIRST_FIELD = 5;
/** a: input, b: criteria */
export const OP_WHERE = 6;
/** a: input, b: projection */
export const OP_SELECT = 7;
/** a: input, b: position */
export const OP_AT = 8;
/** a: input, b: count */
export const OP_SKIP = 9;
/** a: input */
export const OP_LAST = 10;
/** a: input, b: key of `resourceType`, c: value with the type */
export const OP_OF_RESOURCE_TYPE = 11;
/** a: input, b: key of `resourceType`, c: key of `id` */
export const OP_RESOURCE_KEY = 12;
/** a: input, b: key of `reference`, c: value with the target type, or 0 */
export const OP_REFERENCE_KEY = 13;
/** a: input */
export const OP_EXISTS = 14;
/** a: input, b: criteria */
export const OP_ALL = 15;
/** a: operand */
export const OP_NOT = 16;
/** a: left, b: right */
export const OP_AND = 17;
export const OP_OR = 18;
export const OP_XOR = 19;
export const OP_IMPLIES = 20;
/** a: left, b: right, c: 1 when negated */
export const OP_EQUAL_TEXT = 21;
export const OP_EQUAL_BOOLEAN = 22;
/** a: input */
export const OP_COUNT = 23;
/** a: input, b: separator */
export const OP_JOIN = 24;
export const OP_ROW_INDEX = 25;
/** a: condition, b: then, c: otherwise */
export const OP_CONDITIONAL = 26;
/** a: left, b: right, c: 1 when negated */
export const OP_EQUAL_NUMBER = 27;
/** Dates, dateTimes and instants. */
export const OP_EQUAL_MOMENT = 28;
/** a: left, b: right, c: an `ORDER_` */
export const OP_ORDER_TEXT = 29;
export const OP_ORDER_NUMBER = 30;
export const OP_ORDER_MOMENT = 31;
/** a: left, b: right, c: 1 when an empty side stands for the empty text */
export const OP_CONCATENATE = 32;
/** a: text */
export const OP_UPPER = 33;
export const OP_LOWER = 34;
export const OP_TRIM = 35;
export const OP_LENGTH = 36;
/** a: text, b: start, c: length */
export const OP_SUBSTRING = 37;
/** a: text, b: pattern */
export const OP_STARTS_WITH = 38;
export const OP_ENDS_WITH = 39;
export const OP_CONTAINS = 40;
export const OP_INDEX_OF = 41;
/** a: text, b: pattern, c: substitution */
export const OP_REPLACE = 42;
/** From `this` along keys. a: count of steps, b: steps, each a key and perhaps `PATH_FIRST` */
export const OP_PATH = 43;
/** a: input, b: key, c: value with the text that the property under it has */
export const OP_WHERE_TEXT = 44;

/** Only the first of all values that a step finds. */
export const PATH_FIRST = 0x80000000;

/** a: left, b: right, c: 1 when negated */
export const OP_EQUAL_TIME = 45;
/** a: left, b: right, c: an `ORDER_` */
export const OP_ORDER_TIME = 46;
/** a: left, b: right, c: an `ARITHMETIC_` */
export const OP_ARITHMETIC = 47;
/** a: operand */
export const OP_NEGATE = 48;
/** a: operand, b: a `BOUNDARY_`, c: precision */
export const OP_LOW_BOUNDARY = 49;
export const OP_HIGH_BOUNDARY = 50;

/** a: operand, b: a `CONVERSION_` */
export const OP_CONVERSION = 51;
/** a: operand, b: a `UNIT_`, c: value with the amount. A date, dateTime or instant and a duration, and a time and one. */
export const OP_SHIFT_MOMENT = 52;
export const OP_SHIFT_TIME = 53;
/** An expression that the kernel cannot evaluate: the line is odd. */
export const OP_ODD = 54;

export const ARITHMETIC_PLUS = 0;
export const ARITHMETIC_MINUS = 1;
export const ARITHMETIC_TIMES = 2;
// Those that divide come last.
export const ARITHMETIC_DIVIDED = 3;
export const ARITHMETIC_DIV = 4;
export const ARITHMETIC_MOD = 5;

// Units of durations, the largest first.
export const UNIT_YEAR = 0;
export const UNIT_MONTH = 1;
export const UNIT_WEEK = 2;
export const UNIT_DAY = 3;
export const UNIT_HOUR = 4;
export const UNIT_MINUTE = 5;
export const UNIT_SECOND = 6;

export const BOUNDARY_DECIMAL = 0;
export const BOUNDARY_INTEGER = 1;
export const BOUNDARY_DATE = 2;
export const BOUNDARY_DATE_TIME = 3;
export const BOUNDARY_TIME = 4;
/** The precision of a boundary that keeps all digits; larger than any that may be asked for. */
export const BOUNDARY_FULL = 100;

export const CONVERSION_STRING = 0;
export const CONVERSION_INTEGER = 1;
export const CONVERSION_NOTHING = 2;

export const ORDER_LESS = 0;
export const ORDER_LESS_OR_EQUAL = 1;
export const ORDER_GREATER = 2;
export const ORDER_GREATER_OR_EQUAL = 3;

// The evaluation for one focus: columns, then the product of the steps.
export const LEVEL_COLUMN_COUNT = 0;
export const LEVEL_COLUMNS = 4;
export const LEVEL_STEP_COUNT = 8;
export const LEVEL_STEPS = 12;
export const LEVEL_BYTES = 16;

export const COLUMN_CELL = 0;
export const COLUMN_EXPRESSION = 4;
export const COLUMN_FLAGS = 8;
export const COLUMN_BYTES = 12;

export const COLUMN_COLLECTION = 1;
/** Numbers keep their text here; in other columns a number is odd. */
export const COLUMN_NUMBERS = 2;
/** In the row of nulls of a forEachOrNull it is 0. */
export const COLUMN_ROW_INDEX = 4;

// A factor of the row product. Its paths, or the branches of a union, are a list of addresses.
export const STEP_KIND = 0;
export const STEP_LEVEL = 4;
export const STEP_COUNT = 8;
export const STEP_LIST = 12;
/** Paths of a repeat that start it come first; this is their number. */
export const STEP_START_COUNT = 16;
export const STEP_BYTES = 20;

export const STEP_FOR_EACH = 0;
export const STEP_FOR_EACH_OR_NULL = 1;
export const STEP_UNION = 2;
export const STEP_REPEAT = 3;

// One view and its output. A label is an address and a length: the text before a cell in a JSON row.
export const VIEW_FORMAT = 0;
export const VIEW_WIDTH = 4;
export const VIEW_LABELS = 8;
export const VIEW_LEVEL = 12;
export const VIEW_WHERE_COUNT = 16;
export const VIEW_WHERE = 20;
export const VIEW_OUTPUT = 24;
export const VIEW_OUTPUT_END = 28;
/** Where the next row goes and the rows so far, of lines that are done and of the one in work. */
export const VIEW_OUTPUT_NEXT = 32;
export const VIEW_ROWS = 36;
export const VIEW_PENDING_NEXT = 40;
export const VIEW_PENDING_ROWS = 44;
/** No line is begun once a view has as many rows or bytes. */
export const VIEW_MOST_ROWS = 48;
export const VIEW_MOST_BYTES = 52;
export const VIEW_BYTES = 56;

export const FORMAT_CSV = 0;
export const FORMAT_NDJSON = 1;
/** Every row is written with the `,\n` that separates it from the one before. */
export const FORMAT_JSON = 2;
/** For a writer of columns: see `cell-format.ts`. */
export const FORMAT_CELLS = 3;
/** Parameters of a FHIR resource, each with the `,\n` that separates it from the one before. Its labels are parts. */
export const FORMAT_FHIR = 4;

// A part of a row in FHIR: the text before the value, and the values that it takes. Others are odd.
export const PART_LABEL = 0;
export const PART_LABEL_LENGTH = 4;
export const PART_TAKES = 8;
export const PART_BYTES = 12;

export const TAKES_TEXT = 0;
export const TAKES_BOOLEAN = 1;
export const TAKES_DECIMAL = 2;
export const TAKES_INTEGER = 3;
/** As text, because JSON readers lose digits of it. */
export const TAKES_INTEGER64 = 4;
/** With at most three digits of a second. */
export const TAKES_INSTANT = 5;

/** The most columns of a view, and the most views of a program. */
export const MOST_COLUMNS = 512;
export const MOST_VIEWS = 8;

// Which resources are evaluated. Where nothing is asked of them the address of the expression or of the set is 0.
/** The expression of the instant at which a resource was changed. */
export const FILTER_CHANGED = 0;
/** Expressions of ids: one of these is to be in the set. */
export const FILTER_ID_COUNT = 4;
export const FILTER_IDS = 8;
export const FILTER_SET = 12;
/** Changes after an instant pass: seconds since the epoch, as a number of eight bytes. */
export const FILTER_SECONDS = 16;
export const FILTER_NANOSECONDS = 24;
/** The trie of the keys that the filter reads. */
export const FILTER_ROOT = 28;
/** 1 when all ids are taken from references to a Patient. */
export const FILTER_BY_REFERENCE = 32;
/** A set within the set, whose resources may be changed at any earlier time; 0 without one. */
export const FILTER_EXEMPT = 36;
/** Changes up to an instant pass. */
export const FILTER_UNTIL_SECONDS = 40;
export const FILTER_UNTIL_NANOSECONDS = 48;
export const FILTER_BYTES = 56;

// A set of ids: its words, then the slots, then the ids. A slot is the offset of an id in the set, or 0.
export const SET_VERSION = 0;
export const SET_COUNT = 4;
/** The number of slots, which is a power of two, less one. */
export const SET_MASK = 8;
export const SET_SLOTS = 16;
export const SET_HASH_FACTOR = 0x9e3779b1;
/** The current value of `SET_VERSION`. Sets are stored, so another version may read them. */
export const CURRENT_SET_VERSION = 1;

// Lines that are copied, from the start of the first to behind the newline of the last, as offsets in the chunk.
export const EXTENT_START = 0;
export const EXTENT_END = 4;
export const EXTENT_LINES = 8;
export const EXTENT_BYTES = 12;

// A base under which absolute references are those of the source: its text, and how much of it in any letter case.
export const BASE_START = 0;
export const BASE_LENGTH = 4;
export const BASE_CASELESS = 8;
export const BASE_BYTES = 12;
/** In place of the count of bases: every one is. */
export const ANY_BASE = 0xffffffff;

// Why the kernel handed back control.
export const STOP_END = 0;
/** A line is odd: the caller evaluates it and goes on. */
export const STOP_ODD = 1;
/** The line at the cursor does not fit into the output: the caller takes the bytes and goes on. */
export const STOP_FULL = 2;
/** A view has reached the rows or bytes that it may have. */
export const STOP_LIMIT = 3;

/** Vectors are read and written whole: every buffer is followed by as many bytes of padding. */
export const PADDING = 128;

// An entry of the table of types that resources were of that the views are not over. The first entry has no name.
export const OTHER_TYPE_COUNT = 0;
export const OTHER_TYPE_LENGTH = 4;
export const OTHER_TYPE_NAME = 8;
export const OTHER_TYPE_BYTES = 64;
/** Longest name: it is copied in steps of 16 bytes. The longest type of FHIR has 34 letters. */
export const OTHER_TYPE_LONGEST = 48;
export const MOST_OTHER_TYPES = 32;
