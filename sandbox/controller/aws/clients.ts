import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ShieldClient } from '@aws-sdk/client-shield';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { AwsCredentialIdentityProvider, MiddlewareStack } from '@smithy/types';
import { AwsFailure } from './failure.ts';

/** The controller's AWS clients. Failed calls throw AwsFailure. */
export interface AwsClients {
  readonly ec2: EC2Client;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly shield: ShieldClient;
  /** Closes their connections. */
  destroy(): void;
}

/** Makes clients that call `endpoint` with these credentials until `signal` aborts. */
export function createAwsClients(
  endpoint: string,
  region: string,
  credentials: AwsCredentialIdentityProvider,
  maxAttempts: number,
  signal: AbortSignal,
): AwsClients {
  const requestHandler = new StoppableHandler(signal);
  const settings = { endpoint, region, credentials, maxAttempts, requestHandler };
  const ec2 = new EC2Client(settings);
  const elbv2 = new ElasticLoadBalancingV2Client(settings);
  const shield = new ShieldClient(settings);
  tellFailures(ec2.middlewareStack, 'EC2', maxAttempts);
  tellFailures(elbv2.middlewareStack, 'Elastic Load Balancing v2', maxAttempts);
  tellFailures(shield.middlewareStack, 'Shield', maxAttempts);
  return {
    ec2,
    elbv2,
    shield,
    destroy() {
      ec2.destroy();
      elbv2.destroy();
      shield.destroy();
    },
  };
}

/** Cuts what is under way, and refuses what comes later, when the controller stops. */
class StoppableHandler extends NodeHttpHandler {
  private readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    super();
    this.signal = signal;
  }

  override handle(...[request, options]: Parameters<NodeHttpHandler['handle']>) {
    return super.handle(request, { ...options, abortSignal: this.signal });
  }
}

function tellFailures<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  service: string,
  maxAttempts: number,
): void {
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const operation = (context.commandName ?? '').replace(/Command$/, '');
        throw new AwsFailure(service, operation, error, maxAttempts);
      }
    },
    { step: 'initialize', priority: 'high', name: 'tellFailures' },
  );
}
