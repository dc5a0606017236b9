/** A Fargate profile that is ACTIVE, as far as placing pods needs it. */
export interface FargateProfile {
  readonly name: string;
  readonly selectors: readonly {
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  }[];
  readonly subnetIds: readonly string[];
}

/** A network interface that a pod lives on. */
export interface PodInterface {
  readonly id: string;
  readonly address: string;
  readonly zone: string;
  /** Removes the interface. */
  release(): void;
}

/** What the clusters' workloads need of AWS, which serves them from inside. */
export interface PodCloud {
  /** The ACTIVE profiles of a cluster. */
  profiles(cluster: string, region: string): readonly FargateProfile[];
  /**
   * Makes the interface of a pod in a subnet, with the cluster security group. Throws when the subnet or the group is
   * gone or has no address left.
   */
  attach(cluster: string, region: string, subnetId: string): PodInterface;
}
