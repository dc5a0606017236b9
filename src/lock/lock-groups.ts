import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  paginateDescribeLogGroups,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { orAbsent } from '../aws/absent.ts';
import { mark } from '../ownership.ts';
import { type Holder, heartbeatTag, holderOf, tagsOf } from './holder.ts';

/** A lock that somebody took. */
export interface HeldLock {
  /** The log group's name. */
  readonly name: string;
  readonly arn: string;
  readonly number: number;
  readonly holder: Holder;
}

/** What names the log groups: those of one cluster in one region. */
interface Owner {
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** Locks as CloudWatch log groups; `src/lock/lock.ts` says why these. */
export interface LockGroups {
  list(): Promise<HeldLock[]>;
  /** One lock by its number, without a list that may lag behind; undefined when there is none. */
  find(number: number): Promise<HeldLock | undefined>;
  /** Undefined when the number is taken. */
  create(number: number, holder: Holder): Promise<HeldLock | undefined>;
  beat(lock: HeldLock, at: Date): Promise<void>;
  /** Absent is fine. */
  remove(name: string): Promise<void>;
}

/** The log groups of one cluster's lock begin so. */
export const lockPrefix = ({ cluster }: Pick<Owner, 'cluster'>): string => `/lbc-setup/${cluster}/lock/`;

/** Seconds that one call may take with its retries: a lock that cannot be asked for is no reason to hang. */
const patience = 60;

const gone = 'ResourceNotFoundException';

/** Somebody has made that group, or is making it right now (CloudWatch Logs API Reference, CreateLogGroup). */
const taken = ['ResourceAlreadyExistsException', 'OperationAbortedException'];

/**
 * Makes the table of one cluster's locks.
 *
 * @param logs a client whose calls are neither remembered nor held back by a lock, nor end with an interruption
 */
export function createLockGroups(logs: CloudWatchLogsClient, owner: Owner): LockGroups {
  const prefix = lockPrefix(owner);
  const limited = () => ({ abortSignal: AbortSignal.timeout(patience * 1000) });
  const named = (number: number) => {
    const name = `${prefix}${number}`;
    // Without the `:*` at its end, which the tag operations do not take (CloudWatch Logs API Reference, LogGroup).
    const arn = `arn:${owner.partition}:logs:${owner.region}:${owner.account}:log-group:${name}`;
    return { name, arn, number };
  };
  const look = async (number: number, made: Date): Promise<HeldLock | undefined> => {
    const { arn: resourceArn } = named(number);
    const answer = await orAbsent(
      logs.send(new ListTagsForResourceCommand({ resourceArn }), limited()),
      gone,
    );
    return answer && { ...named(number), holder: holderOf(answer.tags ?? {}, made) };
  };
  return {
    find: (number) => look(number, new Date()),
    async list() {
      const locks: HeldLock[] = [];
      const pages = paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: prefix }, limited());
      for await (const { logGroups = [] } of pages) {
        for (const { logGroupName = '', creationTime = 0 } of logGroups) {
          const number = Number(logGroupName.slice(prefix.length));
          const found = Number.isInteger(number) && (await look(number, new Date(creationTime)));
          if (found) locks.push(found);
        }
      }
      return locks;
    },
    async create(number, by) {
      const tags = { ...mark(owner, 'log group'), ...tagsOf(by) };
      const { name: logGroupName } = named(number);
      const created = logs.send(new CreateLogGroupCommand({ logGroupName, tags }), limited());
      return (await orAbsent(created, ...taken)) && { ...named(number), holder: by };
    },
    async beat({ arn }, at) {
      await logs.send(new TagResourceCommand({ resourceArn: arn, tags: heartbeatTag(at) }), limited());
    },
    async remove(logGroupName) {
      await orAbsent(logs.send(new DeleteLogGroupCommand({ logGroupName }), limited()), gone);
    },
  };
}
