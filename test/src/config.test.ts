import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completeConfig } from '../../src/config/config.ts';
import { loadSettings, parseConfig } from '../../src/config/load.ts';
import { settings } from '../../src/config/settings.ts';
import { UsageError } from '../../src/errors/user-error.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lbc-setup-config-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const configFile = async (text: string): Promise<string> => {
  const path = join(folder, 'lbc-setup.yaml');
  await writeFile(path, text);
  return path;
};

describe('settings', () => {
  it('come from flags before the environment before the file before defaults', async () => {
    const file = await configFile('cluster: from-file\nnamespace: from-file\npolicyName: from-file\n');
    vi.stubEnv('LBC_SETUP_CLUSTER', 'from-environment');
    vi.stubEnv('LBC_SETUP_NAMESPACE', 'from-environment');
    const values = await loadSettings({ cluster: 'from-flag' }, file);
    expect(values.cluster).toEqual({ value: 'from-flag', origin: 'flag', source: '--cluster' });
    expect(values.namespace).toEqual({
      value: 'from-environment',
      origin: 'environment',
      source: 'LBC_SETUP_NAMESPACE',
    });
    expect(values.policyName).toEqual({
      value: 'from-file',
      origin: 'file',
      source: `policyName in ${file}`,
    });
    expect(values.fargateProfile).toEqual({ value: 'sample-app', origin: 'default', source: 'default' });
  });

  it('are validated even when another source overrides them', async () => {
    vi.stubEnv('LBC_SETUP_CLUSTER', '1 bad name');
    await expect(loadSettings({ cluster: 'good' }, undefined)).rejects.toThrow(
      'LBC_SETUP_CLUSTER: "1 bad name"',
    );
  });

  it('name the file that cannot be read', async () => {
    await expect(loadSettings({}, join(folder, 'missing.yaml'))).rejects.toThrow(
      'missing.yaml cannot be read',
    );
  });

  it('name the policy after cluster and region, because IAM knows no regions', async () => {
    const config = completeConfig(await loadSettings({ cluster: 'demo' }, undefined), 'eu-west-1');
    expect(config.policyName).toBe('AWSLoadBalancerController-demo-eu-west-1');
  });
});

describe('a configuration file', () => {
  it('with a mistake is refused with its line', () => {
    expect(() => parseConfig('cluster: a\nregion: [', 'x.yaml')).toThrow(
      expect.objectContaining({ fix: 'correct line 2 of x.yaml' }),
    );
  });

  it('with an unknown setting is refused by name', () => {
    expect(() => parseConfig('clutser: a', 'x.yaml')).toThrow('unknown setting "clutser"');
  });

  it.each([
    ['clutser', 'cluster'],
    ['kubernetes-version', 'kubernetesVersion'],
    ['Region', 'region'],
    ['nlb-healthcheck-path', 'nlbHealthcheckPath'],
  ])('with %s is told that %s is near', (mistaken, meant) => {
    expect(() => parseConfig(`${mistaken}: a`, 'x.yaml')).toThrow(
      expect.objectContaining({
        why: `the nearest known one is ${meant}`,
        fix: expect.stringContaining(`write ${meant}`),
      }),
    );
  });

  it('with a setting that is like no other is told all that are known', () => {
    expect(() => parseConfig('quux: a', 'x.yaml')).toThrow(
      expect.objectContaining({ why: expect.stringMatching(/^known are: cluster, region/) }),
    );
  });

  it('holds text, whether in quotes or not', () => {
    expect(parseConfig('kubernetesVersion: 1.30\naccount: 012345678901\ncluster: "a"\n', 'x.yaml')).toEqual({
      kubernetesVersion: '1.30',
      account: '012345678901',
      cluster: 'a',
    });
  });

  it('cannot name a setting that every object has', () => {
    expect(() => parseConfig('toString: a', 'x.yaml')).toThrow('unknown setting "toString"');
  });

  it('that expands aliases is refused', () => {
    const bomb = 'cluster: &a x\nregion: *a\n';
    expect(() => parseConfig(bomb, 'x.yaml')).toThrow('x.yaml uses aliases');
  });

  it('is read or refused with a usage error, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseConfig(text, 'x.yaml');
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

it('every flag and variable is taken or refused with a usage error, whatever it holds', async () => {
  const key = fc.constantFrom(...(Object.keys(settings) as (keyof typeof settings)[]));
  await fc.assert(
    fc.asyncProperty(key, fc.string({ unit: 'binary' }), async (name, value) => {
      try {
        await loadSettings({ [name]: value }, undefined);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
  );
});

it.each(['/dev/zero', '/'])(
  'a configuration file that never ends or is none is refused: %s',
  async (path) => {
    await expect(loadSettings({}, path)).rejects.toThrow(`the configuration file ${path} cannot be read`);
  },
);

it.each(['['.repeat(20_000), '- '.repeat(20_000)])(
  'a configuration that is nested without end is refused: %#',
  (text) => {
    expect(() => parseConfig(text, 'x.yaml')).toThrow(UsageError);
  },
);

it('no value of a setting can be taken for an option by a program that is given it', () => {
  const patterns = Object.values(settings).map(({ pattern }) => pattern);
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...patterns), (text, pattern) => {
      expect(pattern.test(`-${text}`)).toBe(false);
    }),
  );
  for (const flag of ['-x', '--kubeconfig', '--server=https://x.invalid', '-']) {
    for (const pattern of patterns) expect(pattern.test(flag), `${pattern} ${flag}`).toBe(false);
  }
});

it('no value of a setting can end a line or hold a control character', () => {
  for (const { pattern, key } of Object.values(settings)) {
    for (const value of ['a\nb', 'a\u0000', 'a\u001b[31m']) expect(pattern.test(value), key).toBe(false);
  }
});
