import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { Failure, wrap } from '../failure.ts';
import type { AwsClients } from './clients.ts';

/** Zones in which EKS has no capacity for new accounts; eksctl leaves them out. */
const avoided = ['use1-az3', 'usw1-az2', 'cac1-az3'];

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/**
 * Draws three zones of the region (two in us-east-1), in an order that differs from run to run
 * (facts/eksctl.md §3). Throws Failure with fewer than two.
 */
export async function drawZones({ ec2, region }: AwsClients): Promise<string[]> {
  const { AvailabilityZones = [] } = await ec2
    .send(
      new DescribeAvailabilityZonesCommand({
        Filters: [
          { Name: 'region-name', Values: [region] },
          { Name: 'state', Values: ['available'] },
          { Name: 'zone-type', Values: ['availability-zone'] },
        ],
      }),
    )
    .catch((error: unknown) => {
      throw wrap(
        'getting availability zones',
        wrap(`error getting availability zones for region ${region}`, error),
      );
    });
  const names = AvailabilityZones.filter(({ ZoneId = '' }) => !avoided.includes(ZoneId)).map(
    ({ ZoneName = '' }) => ZoneName,
  );
  if (names.length < 2)
    throw new Failure(
      `getting availability zones: only ${names.length} zones discovered [${names.join(' ')}], at least 2 are required`,
    );
  return names.length < 3 ? names : shuffle(names).slice(0, region === 'us-east-1' ? 2 : 3);
}
