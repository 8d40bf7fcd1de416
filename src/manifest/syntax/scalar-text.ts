import type { Scalar } from './node.ts';
import type { ManifestDocument } from './tree.ts';

/**
 * How a new text of a scalar is written. Existing quotes stay. A plain scalar is only quoted if some parser would not read the new text as a
 * string, or if the document is JSON.
 */
export function scalarText(text: string, scalar: Scalar, document: ManifestDocument): string {
  if (scalar.style === 'single' && /^[\x20-\x7e]*$/.test(text)) return `'${text.replaceAll("'", "''")}'`;
  if (scalar.style === 'plain' && !document.json && isPlainString(text, scalar)) return text;
  // A JSON string is a double-quoted YAML string.
  return JSON.stringify(text);
}

function isPlainString(text: string, scalar: Scalar): boolean {
  if (!PLAIN_LINE.test(text) || /: | #|[: ]$|^(?:---|\.\.\.)(?: |$)/.test(text)) return false;
  if (scalar.inFlow && /[,?[\]{}]/.test(text)) return false;
  // Inside {…}, old parsers (libyaml before 0.2) end a plain scalar at a colon. If the old text had one, it works.
  if (scalar.inFlow && text.includes(':') && !scalar.text.includes(':')) return false;
  // go-yaml strips every `_` of a text that starts like a number: `0_b1`, `1e_-7`.
  const readings = /^[-+.0-9]/.test(text) ? [text, text.replaceAll('_', '')] : [text];
  return !NOT_A_STRING.some((pattern) => readings.some((reading) => pattern.test(reading)));
}

/**
 * A line of printable ASCII that starts like a plain scalar: with no indicator, or with a dash before another character (YAML 1.2.2,
 * 7.3.3).
 */
const PLAIN_LINE = /^(?:[A-Za-z0-9_./$()+;<=\\^~]|-(?=[!-~]))[ -~]*$/;

/**
 * Texts that some YAML parser doesn't read as a string: the types of YAML 1.1 (yaml.org/type), of YAML 1.2.2's core schema (10.3.2) and of
 * go-yaml, the parser of Kubernetes tools (it strips `_` from numbers and accepts Go's literals).
 */
const NOT_A_STRING = [
  /^$|^~$|^null$/i,
  /^(?:y|yes|n|no|on|off|true|false)$/i,
  /^=$|^<<$/,
  // Decimal, and any number with an exponent (706798e8); digits may contain `_`.
  /^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9_]*)(?:[eE][-+]?[0-9_]+)?$/,
  /^[-+]?0(?:b[-+]?[01_]+|o?[-+]?[0-7_]+|x[0-9a-fA-F_]+)$/i,
  // Sexagesimal: 190:20:30, 1:30.5
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
  /^[-+]?\.(?:inf|nan)$/i,
  // Dates and times.
  /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt\s].*:)/,
];
