import type { ProgramContext } from '../../kubernetes/programs/program.ts';

/** Simulated seconds after which a look at instance metadata gives up on Fargate, where nothing answers. */
const timeout = 5;

/**
 * What asking EC2 instance metadata ends with in a Fargate pod (transcripts/lbc/f-irsa.txt, f-startup.txt): at once
 * when the environment forbids it, else after a time-out.
 */
export async function metadataFailure(context: ProgramContext, operation: string): Promise<string> {
  if (context.env.AWS_EC2_METADATA_DISABLED === 'true') {
    return `operation error ec2imds: ${operation}, access disabled to EC2 IMDS via client option, or "AWS_EC2_METADATA_DISABLED" environment variable`;
  }
  await context.world.clock.sleep(timeout, context.signal);
  return `operation error ec2imds: ${operation}, canceled, context deadline exceeded`;
}
