/** Why a cluster cannot be used as it is. */
export interface Problem {
  readonly evidence: string;
  /** The command or option that helps; may be several lines. */
  readonly fix: string;
}
