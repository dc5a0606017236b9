import { GetSubscriptionStateCommand, type ShieldClient } from '@aws-sdk/client-shield';
import { NotEmulated } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../log.ts';
import { createExpiringCache } from '../time.ts';

const cacheSeconds = 7200;

/** Makes the look at the account's Shield subscription, which is remembered for two hours. Failures are only logged. */
export function createShieldCheck(shield: ShieldClient, clock: Clock): (log: Logger) => Promise<void> {
  const cache = createExpiringCache<string>(clock, cacheSeconds);
  const state = async (): Promise<string> => {
    const known = cache.get('state');
    if (known !== undefined) return known;
    const { SubscriptionState = 'INACTIVE' } = await shield.send(new GetSubscriptionStateCommand({}));
    cache.set('state', SubscriptionState);
    return SubscriptionState;
  };
  return async (log) => {
    let subscription: string;
    try {
      subscription = await state();
    } catch (error) {
      log.error(
        'unable to determine AWS Shield subscription state, skipping AWS shield reconciliation',
        error,
      );
      return;
    }
    if (subscription === 'ACTIVE') throw new NotEmulated('protections of AWS Shield Advanced');
  };
}
