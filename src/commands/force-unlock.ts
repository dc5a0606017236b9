import type { Context } from '../context.ts';
import { UserError } from '../errors/user-error.ts';
import { exitCodes } from '../exit-codes.ts';
import { describeHolder } from '../lock/lock.ts';
import type { HeldLock } from '../lock/lock-groups.ts';
import { confirm } from '../output/confirm.ts';
import { printable } from '../output/printable.ts';
import type { SessionCommand } from './command.ts';

/**
 * `lbc-setup force-unlock ID`: breaks the lock of a run that cannot end any more, like its namesake of terraform. The
 * ID says which: not the one of a run that has begun since.
 */
export const run: SessionCommand = async (context, { args: [id = ''], yes }) => {
  const { config, lock, writes } = context;
  const found = await findLock(context, id);
  const holder = describeHolder(found.holder).join('\n');
  if (!writes.dryRun)
    await confirm(
      printable(`${holder}\nTwo runs at once spoil each other's work. Break this lock?`),
      yes,
      context.signal,
    );
  await writes.performUnlocked(
    () => `aws logs delete-log-group --log-group-name ${found.name} --region ${config.region}`,
    () => lock.remove(found),
    undefined,
  );
  const planned = writes.take();
  return {
    exitCode: exitCodes.done,
    data: { cluster: config.cluster, region: config.region, lock: found.holder, planned },
    text: writes.dryRun ? planned.join('\n') : `The lock ${id} is broken.`,
  };
};

/** @throws UserError when there is no such lock */
async function findLock({ config, lock }: Context, id: string): Promise<HeldLock> {
  const locks = await lock.list();
  const found = locks.find(({ holder }) => holder.id === id);
  if (found) return found;
  const [other] = locks;
  throw new UserError({
    what: `there is no lock ${id} on cluster ${config.cluster} in ${config.region}`,
    why: other
      ? ['another run holds the lock:', ...describeHolder(other.holder)].join('\n')
      : 'no run holds a lock',
    fix: other
      ? 'wait until that run has ended'
      : 'run the command that was refused once more: nothing is in its way',
  });
}
