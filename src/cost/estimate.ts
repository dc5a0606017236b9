import { type Billed, type BilledKind, billedKinds } from './billed.ts';
import { type PricedItem, priceOf, pricesRead } from './prices.ts';

/** What some things cost together. */
export interface Estimate {
  readonly lines: readonly {
    readonly what: string;
    /** US dollars per hour; undefined: unknown. */
    readonly hourly?: number;
  }[];
  /** US dollars per hour of what has a known price. */
  readonly hourly: number;
  /** What has none. */
  readonly unknown: readonly string[];
}

/** Adds up what is billed by the hour. Equal things are one line, in the order of the table of kinds. */
export function estimate(billed: readonly Billed[], region: string): Estimate {
  const lines = (Object.keys(billedKinds) as BilledKind[]).flatMap((kind) => {
    const count = billed.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.count, 0);
    if (count === 0) return [];
    const { one, many } = billedKinds[kind];
    const piece = pieceOf(kind, region);
    return [{ what: `${count} ${count === 1 ? one : many}`, hourly: piece && piece * count }];
  });
  return {
    lines,
    hourly: lines.reduce((sum, { hourly = 0 }) => sum + hourly, 0),
    unknown: lines.filter(({ hourly }) => hourly === undefined).map(({ what }) => what),
  };
}

function pieceOf(kind: BilledKind, region: string): number | undefined {
  let sum = 0;
  for (const [item, amount] of Object.entries(billedKinds[kind].items)) {
    const price = priceOf(item as PricedItem, region);
    if (price === undefined) return undefined;
    sum += price * amount;
  }
  return sum;
}

const dollars = (amount: number, digits: number): string => `$${amount.toFixed(digits)}`;

/** The rate in a few words: "about $0.34 per hour, $8.23 per day". */
export function describeRate({ hourly, unknown, lines }: Estimate): string {
  if (lines.length > 0 && unknown.length === lines.length) return 'unknown';
  const rate = `${dollars(hourly, 2)} per hour, ${dollars(hourly * 24, 2)} per day`;
  return unknown.length === 0
    ? `about ${rate}`
    : `more than ${rate}: the price of ${unknown.join(' and ')} is unknown`;
}

/** Every line with its price, and the sum. */
export function describeEstimate(found: Estimate, region: string): string[] {
  const width = Math.max(...found.lines.map(({ what }) => what.length));
  return [
    ...found.lines.map(
      ({ what, hourly }) =>
        `  ${what.padEnd(width)}  ${hourly === undefined ? 'unknown' : `${dollars(hourly, 4)} per hour`}`,
    ),
    `  together ${describeRate(found)}`,
    `  (list prices of ${region} in US dollars, read on ${pricesRead}; traffic, capacity units and logs come on top)`,
  ];
}
