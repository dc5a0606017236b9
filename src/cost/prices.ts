/** What AWS bills by the hour of the things that this tool makes. */
export type PricedItem =
  | 'eksCluster'
  | 'eksClusterExtended'
  | 'natGateway'
  | 'publicIpv4'
  | 'applicationLoadBalancer'
  | 'networkLoadBalancer'
  | 'fargateVcpu'
  | 'fargateGb';

/** One price as it was found. */
interface Price {
  readonly item: PricedItem;
  /** A region code, or `every`: the same in all commercial regions. */
  readonly region: string;
  /** US dollars per hour, per piece, without taxes, free tiers and savings plans. */
  readonly usd: number;
  /** The page on which it was read. */
  readonly source: string;
}

/** The day on which the sources below were read. */
export const pricesRead = '2026-11-23';

const eksBlog =
  'https://aws.amazon.com/blogs/containers/amazon-eks-extended-support-for-kubernetes-versions-pricing/';
const addressBlog =
  'https://aws.amazon.com/blogs/aws/new-aws-public-ipv4-address-charge-public-ip-insights/, quoted by https://www.doit.com/aws-public-ipv4-price-increase-the-complete-guide/';
const fargatePage = 'https://www.vantage.sh/blog/fargate-pricing';
const tokyoLoadBalancers =
  'https://aws.darcy-it.com/elb%E3%81%AE%E3%82%B3%E3%82%B9%E3%83%88%E6%96%99%E9%87%91/';
const loadBalancerPage = 'https://awsnegotiations.com/elastic-load-balancer-cost.html';

/**
 * The prices that could be read in a source. What is not here is unknown, and said to be. AWS's own price pages show
 * their figures only to a browser, so most rows name who quotes them.
 */
const prices: readonly Price[] = [
  { item: 'eksCluster', region: 'every', usd: 0.1, source: eksBlog },
  // In all: the blog has $0.60 "a total", which replaces the $0.10 of standard support.
  { item: 'eksClusterExtended', region: 'every', usd: 0.6, source: eksBlog },
  { item: 'publicIpv4', region: 'every', usd: 0.005, source: addressBlog },
  {
    item: 'natGateway',
    region: 'us-east-1',
    usd: 0.045,
    source: 'https://cloudburn.io/blog/aws-nat-gateway-pricing',
  },
  { item: 'applicationLoadBalancer', region: 'us-east-1', usd: 0.0225, source: loadBalancerPage },
  { item: 'networkLoadBalancer', region: 'us-east-1', usd: 0.0225, source: loadBalancerPage },
  { item: 'fargateVcpu', region: 'us-east-1', usd: 0.04048, source: fargatePage },
  { item: 'fargateGb', region: 'us-east-1', usd: 0.004445, source: fargatePage },
  // Quotes https://aws.amazon.com/jp/vpc/pricing/ of 2025-08-06.
  {
    item: 'natGateway',
    region: 'ap-northeast-1',
    usd: 0.062,
    source: 'https://itakanwblog.com/nat-gateway-scheduler/319',
  },
  { item: 'applicationLoadBalancer', region: 'ap-northeast-1', usd: 0.0243, source: tokyoLoadBalancers },
  { item: 'networkLoadBalancer', region: 'ap-northeast-1', usd: 0.0243, source: tokyoLoadBalancers },
  // As a repository quotes the AWS Price List API, usage types APN1-Fargate-vCPU-Hours:perCPU and APN1-Fargate-GB-Hours.
  {
    item: 'fargateVcpu',
    region: 'ap-northeast-1',
    usd: 0.05056,
    source:
      'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current/ap-northeast-1/index.json, read on 2026-09-25',
  },
  {
    item: 'fargateGb',
    region: 'ap-northeast-1',
    usd: 0.00553,
    source:
      'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current/ap-northeast-1/index.json, read on 2026-09-25',
  },
];

/** Regions of other partitions (China, GovCloud, European Sovereign Cloud, …) have prices of their own. */
const otherPartition = /^(cn|us-gov|us-iso[a-z]*|eu-isoe|eusc)-/;

/** US dollars per hour of one piece in a region, or undefined when no source was found. */
export function priceOf(item: PricedItem, region: string): number | undefined {
  const here = prices.find((price) => price.item === item && price.region === region);
  if (here || otherPartition.test(region)) return here?.usd;
  return prices.find((price) => price.item === item && price.region === 'every')?.usd;
}
