/** One Availability Zone. */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

// The letters an account is offered, with their zone ids. Which letter is which id differs by account on AWS;
// ap-northeast-1 is as in transcripts/lbc/nlb-create-calls.txt (az1 and az4) and has no zone b for newer accounts.
const knownZones: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'ap-northeast-1': { a: 4, c: 1, d: 2 },
  'eu-west-1': { a: 1, b: 2, c: 3 },
  'us-east-1': { a: 1, b: 2, c: 4, d: 6, e: 3, f: 5 },
  'us-west-2': { a: 1, b: 2, c: 3, d: 4 },
};

const anyZones = { a: 1, b: 2, c: 3 };

/** The regions that an account has without opting in, per partition. */
export const regions: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ca-central-1',
    'eu-central-1',
    'eu-north-1',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'sa-east-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
};

const directions: Readonly<Record<string, string>> = {
  north: 'n',
  northeast: 'ne',
  northwest: 'nw',
  east: 'e',
  south: 's',
  southeast: 'se',
  southwest: 'sw',
  west: 'w',
  central: 'c',
  gov: 'g',
};

/** The short form of a region in zone ids: `apne1`, `use1`, `usgw1`. */
function regionAbbreviation(region: string): string {
  return region
    .split('-')
    .map((part) => directions[part] ?? part)
    .join('');
}

/** A region's zones, in the order of their letters. */
export function zonesOf(region: string): readonly Zone[] {
  const zones = knownZones[region] ?? anyZones;
  return Object.entries(zones).map(([letter, number]) => ({
    name: `${region}${letter}`,
    id: `${regionAbbreviation(region)}-az${number}`,
  }));
}
