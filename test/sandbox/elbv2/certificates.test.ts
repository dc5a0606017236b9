import { EC2Client } from '@aws-sdk/client-ec2';
import {
  AddListenerCertificatesCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  ElasticLoadBalancingV2Client,
  RemoveListenerCertificatesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DeleteServerCertificateCommand,
  GetServerCertificateCommand,
  IAMClient,
  ListServerCertificatesCommand,
  UploadServerCertificateCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEc2 } from '../../../sandbox/aws/ec2/ec2.ts';
import { createElbv2 } from '../../../sandbox/aws/elbv2/elbv2.ts';
import { createIam } from '../../../sandbox/aws/iam/iam.ts';
import { createCertificateAuthority, type ServerCertificate } from '../../../sandbox/pki.ts';
import { account, administratorKeys, startAws } from '../aws-core/fixture.ts';
import { known, makeVpc } from '../ec2/fixture.ts';

let started: Awaited<ReturnType<typeof startAws>>;
let shown: (host: string, port: number) => readonly { readonly key: string }[] | undefined;
let iam: IAMClient;
let elb: ElasticLoadBalancingV2Client;
let one: ServerCertificate;
let other: ServerCertificate;
beforeEach(async () => {
  started = await startAws((world) => {
    const identities = createIam(world, { ...administratorKeys, userName: 'administrator' });
    const ec2 = createEc2(world);
    const balancing = createElbv2(world, ec2, identities.findCertificate);
    shown = balancing.shownCertificates;
    return [identities, ec2, balancing];
  });
  iam = new IAMClient(started.config);
  elb = new ElasticLoadBalancingV2Client(started.config);
  const authority = await createCertificateAuthority('test');
  one = await authority.issue(['one.example.com']);
  other = await authority.issue(['other.example.com']);
});
afterEach(() => started.cloud.close());

const upload = async (ServerCertificateName: string, { certificate, key }: ServerCertificate) => {
  const { ServerCertificateMetadata } = await iam.send(
    new UploadServerCertificateCommand({
      ServerCertificateName,
      CertificateBody: certificate,
      PrivateKey: key,
    }),
  );
  return known(ServerCertificateMetadata?.Arn);
};

describe('server certificates', () => {
  it('are kept by name, read back without their key, and deleted', async () => {
    expect(await upload('one', one)).toBe(`arn:aws:iam::${account}:server-certificate/one`);
    const { ServerCertificate } = await iam.send(
      new GetServerCertificateCommand({ ServerCertificateName: 'one' }),
    );
    expect(ServerCertificate?.CertificateBody?.trim()).toBe(one.certificate.trim());
    expect(JSON.stringify(ServerCertificate)).not.toContain('PRIVATE KEY');
    await expect(upload('one', one)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
    const list = () => iam.send(new ListServerCertificatesCommand({}));
    expect((await list()).ServerCertificateMetadataList).toHaveLength(1);
    await iam.send(new DeleteServerCertificateCommand({ ServerCertificateName: 'one' }));
    expect((await list()).ServerCertificateMetadataList).toEqual([]);
    await expect(
      iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'one' })),
    ).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  });

  it.each([
    ['no certificate', () => ({ certificate: 'none', key: one.key }), 'MalformedCertificateException'],
    ['no key', () => ({ certificate: one.certificate, key: 'none' }), 'MalformedCertificateException'],
    [
      'the key of another',
      () => ({ certificate: one.certificate, key: other.key }),
      'KeyPairMismatchException',
    ],
  ])('are refused with %s', async (_, pair, name) => {
    await expect(upload('wrong', pair())).rejects.toMatchObject({ name });
  });
});

describe('a listener that ends TLS', () => {
  async function balancer() {
    const vpc = await makeVpc(new EC2Client(started.config));
    const { LoadBalancers } = await elb.send(
      new CreateLoadBalancerCommand({ Name: 'shop', Subnets: vpc.subnetIds, Scheme: 'internet-facing' }),
    );
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({
        Name: 'pods',
        Protocol: 'HTTP',
        Port: 5000,
        VpcId: vpc.vpcId,
        TargetType: 'ip',
      }),
    );
    const { LoadBalancerArn, DNSName = '' } = LoadBalancers?.[0] ?? {};
    const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn;
    const listen = (Port: number, Protocol: 'HTTP' | 'HTTPS', ...arns: string[]) =>
      elb.send(
        new CreateListenerCommand({
          LoadBalancerArn,
          Port,
          Protocol,
          ...(arns.length > 0 && { Certificates: arns.map((CertificateArn) => ({ CertificateArn })) }),
          DefaultActions: [{ Type: 'forward', TargetGroupArn }],
        }),
      );
    return { LoadBalancerArn, DNSName, listen };
  }

  it('has one default certificate, others beside it, and shows them on its port', async () => {
    const { LoadBalancerArn, DNSName, listen } = await balancer();
    const [first, second] = [await upload('one', one), await upload('other', other)];
    const { Listeners } = await listen(443, 'HTTPS', first);
    const ListenerArn = Listeners?.[0]?.ListenerArn;
    await listen(80, 'HTTP');
    const described = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
    expect(described.Listeners?.find(({ Port }) => Port === 443)).toMatchObject({
      Certificates: [{ CertificateArn: first }],
      SslPolicy: 'ELBSecurityPolicy-2016-08',
    });

    const Certificates = [{ CertificateArn: second }];
    await elb.send(new AddListenerCertificatesCommand({ ListenerArn, Certificates }));
    const all = () => elb.send(new DescribeListenerCertificatesCommand({ ListenerArn }));
    const { Certificates: found = [] } = await all();
    expect(
      Object.fromEntries(found.map(({ CertificateArn, IsDefault }) => [CertificateArn, IsDefault])),
    ).toEqual({
      [first]: true,
      [second]: false,
    });
    await vi.waitFor(() => expect(shown(DNSName, 443)?.map(({ key }) => key)).toEqual([one.key, other.key]));
    expect(shown(DNSName, 80)).toEqual([]);
    expect(shown(DNSName, 8080)).toBeUndefined();

    await elb.send(new RemoveListenerCertificatesCommand({ ListenerArn, Certificates }));
    expect((await all()).Certificates).toHaveLength(1);
  });

  it('is refused without a certificate, or with one that the account does not have', async () => {
    const { listen } = await balancer();
    await expect(listen(443, 'HTTPS')).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(
      listen(443, 'HTTPS', `arn:aws:acm:eu-west-1:${account}:certificate/x`),
    ).rejects.toMatchObject({ name: 'CertificateNotFoundException' });
  });
});
