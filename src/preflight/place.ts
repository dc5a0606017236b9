import { DescribeAvailabilityZonesCommand, DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import type { PreflightCheck } from './check.ts';

/** A region that has to be enabled for the account first (EC2 API reference, Region.OptInStatus). */
export const regionCheck: PreflightCheck = {
  name: 'region',
  title: 'the region is not enabled',
  async check({ aws, config }) {
    const { Regions = [] } = await aws.ec2.send(
      new DescribeRegionsCommand({ RegionNames: [config.region], AllRegions: true }),
    );
    const [region] = Regions;
    if (region?.OptInStatus !== 'not-opted-in') return [];
    return [
      {
        evidence: `region ${config.region} is not enabled for this account`,
        fix: `aws account enable-region --region-name ${config.region}, which takes minutes; or use another --region`,
      },
    ];
  },
};

/**
 * Zones in which EKS takes no subnets of a cluster (EKS User Guide, "Amazon EKS networking requirements for VPC and
 * subnets"), and one that has no Fargate (ECS Developer Guide, "Supported Regions for Amazon ECS on AWS Fargate").
 */
const without = new Set(['use1-az3', 'usw1-az2', 'cac1-az3', 'apne1-az3']);

/** EKS wants subnets in two zones, and so do Application Load Balancers. */
const zonesNeeded = 2;

/** Zones in which both a cluster and its pods on Fargate can be. */
export const zonesCheck: PreflightCheck = {
  name: 'zones',
  title: 'the region has too few zones',
  async check({ aws, config }) {
    const { AvailabilityZones = [] } = await aws.ec2.send(
      new DescribeAvailabilityZonesCommand({
        Filters: [{ Name: 'zone-type', Values: ['availability-zone'] }],
      }),
    );
    const usable = AvailabilityZones.filter(
      ({ State, ZoneId = '' }) => State === 'available' && !without.has(ZoneId),
    );
    if (usable.length >= zonesNeeded) return [];
    const names = usable.map(({ ZoneName, ZoneId }) => `${ZoneName} (${ZoneId})`).join(', ') || 'none';
    return [
      {
        evidence: `a cluster needs ${zonesNeeded} zones with EKS and Fargate; of ${config.region} this account may use: ${names}`,
        fix: 'use another --region',
      },
    ];
  },
};
