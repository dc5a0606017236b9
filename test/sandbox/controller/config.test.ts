import { describe, expect, it } from 'vitest';
import { flagsWithoutEffect, readConfig } from '../../../sandbox/controller/process/config.ts';
import { UsageError } from '../../../sandbox/controller/process/flags.ts';

describe('the command line', () => {
  it('is read as the chart writes it', () => {
    const config = readConfig([
      '--cluster-name=lab',
      '--ingress-class=alb',
      '--aws-region=ap-northeast-1',
      '--aws-vpc-id=vpc-1',
      '--default-target-type=ip',
      '--default-tags=team=web,stage=test',
      '--aws-vpc-tags=Name=nosuch',
      '--disable-ingress-class-annotation',
      '--lb-stabilization-monitor-interval=1m30s',
    ]);
    expect(config).toMatchObject({
      clusterName: 'lab',
      region: 'ap-northeast-1',
      vpcId: 'vpc-1',
      defaultTargetType: 'ip',
      defaultScheme: 'internal',
      defaultTags: { team: 'web', stage: 'test' },
      vpcTags: { Name: 'nosuch' },
      disableClassAnnotation: true,
      stabilizationInterval: 90,
      webhookPort: 9443,
      healthPort: 61_779,
    });
  });

  it.each([
    [[], 'kubernetes cluster name must be specified'],
    [['--default-target-type=pod'], 'invalid value pod for default target type'],
    [
      ['--default-tags=elbv2.k8s.aws/cluster=x'],
      'tag key elbv2.k8s.aws/cluster cannot be specified in default-tags flag',
    ],
    [['--backend-security-group=x'], 'invalid value x for backend security group id'],
    [['--feature-gates=ListenerRulesTagging=false'], 'does not emulate'],
  ])('%j is refused', (args, text) => {
    const cluster = args.length === 0 ? [] : ['--cluster-name=lab'];
    expect(() => readConfig([...cluster, ...args])).toThrow(text);
  });

  it.each([['--nosuch=1'], ['--cluster-name'], ['stray'], ['--aws-max-retries=x']])(
    '%s is a usage error',
    (argument) => {
      expect(() => readConfig([argument])).toThrow(UsageError);
    },
  );

  it('tells which flags have no effect', () => {
    expect(flagsWithoutEffect(['--cluster-name=lab', '--enable-waf=false', '--log-level=debug'])).toEqual([
      '--log-level',
      '--enable-waf',
    ]);
  });
});
