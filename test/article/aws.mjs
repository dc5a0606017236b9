// The AWS CLI, for machines that have none or one that is too old to know AWS_ENDPOINT_URL: exactly the commands that the
// walkthrough and the kubeconfig of eksctl call, with the options that they give.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreatePolicyCommand, DeletePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

// The floor of Node 20 is known and meant.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const program = fileURLToPath(new URL('../../bin/lbc-setup.js', import.meta.url));
const string = { type: 'string' };
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    query: string,
    output: string,
    region: string,
    'cluster-name': string,
    'policy-arn': string,
    'policy-document': string,
    'policy-name': string,
    'stack-name': string,
  },
});

const json = (value) => JSON.stringify(value, null, 4);

/** What `--output text` makes of the one query that a command is known with. */
function queried(known, value) {
  if (values.query !== known || values.output !== 'text')
    throw new Error(`not known: --query ${values.query}`);
  return value;
}

const commands = {
  async 'sts get-caller-identity'() {
    const { Account, Arn, UserId } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
    return values.query === undefined ? json({ UserId, Account, Arn }) : queried('Account', Account);
  },
  async 'iam create-policy'() {
    const [, path = ''] = /^file:\/\/(.*)$/.exec(values['policy-document'] ?? '') ?? [];
    const PolicyDocument = readFileSync(path, 'utf8');
    const PolicyName = values['policy-name'];
    const { Policy } = await new IAMClient({}).send(new CreatePolicyCommand({ PolicyName, PolicyDocument }));
    return json({ Policy });
  },
  async 'iam delete-policy'() {
    await new IAMClient({}).send(new DeletePolicyCommand({ PolicyArn: values['policy-arn'] }));
    return '';
  },
  async 'cloudformation describe-stacks'() {
    const command = new DescribeStacksCommand({ StackName: values['stack-name'] });
    const { Stacks } = await new CloudFormationClient({}).send(command);
    const vpc = Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'VPC');
    return queried('Stacks[0].Outputs[?OutputKey==`VPC`].OutputValue', vpc?.OutputValue ?? '');
  },
  async 'eks get-token'() {
    const args = ['token', '--cluster', values['cluster-name'] ?? '', '--region', values.region ?? ''];
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    // The version that eksctl's kubeconfig asks for.
    return json({ ...JSON.parse(stdout), apiVersion: 'client.authentication.k8s.io/v1beta1' });
  },
};

try {
  const command = commands[positionals.join(' ')];
  if (!command) throw new Error(`not known: aws ${positionals.join(' ')}`);
  console.log(await command());
} catch (error) {
  console.error(
    `\naws: ${error.name === 'Error' ? '' : `An error occurred (${error.name}): `}${error.message}`,
  );
  process.exitCode = 254;
}
