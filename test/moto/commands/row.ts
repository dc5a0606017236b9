/** One call with the AWS CLI and what it must give. */
export interface Row {
  readonly operation: string;
  /** Arguments, separated by spaces; `{name}` stands for something saved or given, which may have spaces. */
  readonly args: string;
  readonly expect: Expectation;
}

/** An operation with no expectation prints nothing. */
export interface Expectation {
  /** What it prints has this in it. */
  readonly shows?: string;
  /** It is asked again until it prints that. */
  readonly waits?: true;
  /** Parts of what it prints, for later commands: a name and a path (`Vpc.VpcId`, `Rules.0.RuleArn`). */
  readonly save?: Readonly<Record<string, string>>;
  /** It is refused with this code. */
  readonly refused?: string;
}

/** The commands of one service, in the order in which they are run. */
export interface CommandTable {
  /** As the AWS CLI calls it. */
  readonly command: string;
  /** As the rehearsal calls it. */
  readonly service: string;
  readonly rows: readonly Row[];
}

export const row = (operation: string, args: string, expect: Expectation = {}): Row => ({
  operation,
  args,
  expect,
});

/** CreateOpenIDConnectProvider → create-open-id-connect-provider, as botocore's xform_name. */
export const commandOf = (operation: string): string =>
  operation
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
