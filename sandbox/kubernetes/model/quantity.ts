// apimachinery/pkg/api/resource: quantity.go, suffix.go
const form = /^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** Where the suffix that means nothing stands among the decimal ones. */
const unit = 3;

/** What the decoder says of a text that is no quantity. */
export const notAQuantity =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

interface Parsed {
  readonly value: number;
  readonly suffixes: readonly string[] | undefined;
}

function parse(text: string): Parsed | undefined {
  const [, digits = '', suffix = ''] = form.exec(text) ?? [];
  const number = Number(digits);
  if (digits === '' || Number.isNaN(number)) return undefined;
  if (/^[eE][-+]?\d+$/.test(suffix)) return { value: Number(digits + suffix), suffixes: undefined };
  const twos = binary.indexOf(suffix);
  if (twos > 0) return { value: number * 1024 ** twos, suffixes: binary };
  const thousands = decimal.indexOf(suffix);
  return thousands < 0 ? undefined : { value: number * 1000 ** (thousands - unit), suffixes: decimal };
}

/** A quantity as a number; 0 for a text that is none. */
export const quantityValue = (text: string): number => parse(text)?.value ?? 0;

/** A quantity as a real server writes it back: with the largest suffix that leaves a whole number. */
export function canonicalQuantity(text: string): string | undefined {
  const parsed = parse(text);
  if (!parsed) return undefined;
  const { value, suffixes } = parsed;
  // With an exponent it stays in that form, which nothing here uses.
  if (!suffixes) return text;
  if (value === 0) return '0';
  const isBinary = suffixes === binary && Number.isInteger(value);
  const base = isBinary ? 1024 : 1000;
  const names = isBinary ? binary : decimal;
  for (let index = names.length - 1; index >= 0; index -= 1) {
    const scaled = isBinary ? value / base ** index : thousandths(value, index - unit);
    if (Number.isInteger(scaled) && Number.isSafeInteger(scaled)) return `${scaled}${names[index]}`;
  }
  return text;
}

// Without the rounding errors of a division by 0.001.
const thousandths = (value: number, exponent: number): number =>
  exponent < 0 ? Number((value * 1000 ** -exponent).toPrecision(15)) : value / 1000 ** exponent;
