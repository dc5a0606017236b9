import type { World } from '../../../world.ts';
import type { KubeClient, KubernetesCluster } from '../../api.ts';
import type { Container, Pod, Volume, VolumeSource } from '../types.ts';
import { fieldValue } from './fields.ts';

/** The volumes of one pod, as its containers see them. */
export interface PodVolumes {
  /** Sets up every volume; throws MountFailure for one that cannot be. */
  mount(): Promise<void>;
  /** The content of a file by its path in a container; undefined when there is none. */
  read(container: Container, path: string): Promise<string | undefined>;
}

/** A volume that cannot be set up yet; the message is the one of the kubelet's FailedMount event. */
export class MountFailure extends Error {}

type Files = ReadonlyMap<string, string>;

interface Snapshot {
  readonly files: Files;
  readonly staleAt: number;
}

// The kubelet's sync period plus its cache: changed Secrets and ConfigMaps show after 60–90 s.
const refreshSeconds = { min: 60, max: 90 };
const tokenSeconds = 3600;
// The kubelet renews a token when 80 % of its life have passed.
const tokenRenewal = 0.8;

/** Makes the volumes of a pod: Secrets, ConfigMaps, downward API, projected tokens, and empty directories. */
export function createPodVolumes(
  world: World,
  cluster: KubernetesCluster,
  client: KubeClient,
  pod: () => Pod,
): PodVolumes {
  const snapshots = new Map<string, Snapshot>();
  const now = () => world.clock.now().getTime();

  const readSource = async (source: VolumeSource): Promise<{ files: [string, string][]; life: number }> => {
    const { namespace = '' } = pod().metadata;
    const life = (world.random.integer(refreshSeconds.min, refreshSeconds.max) * 1000) / world.clock.speed;
    if (source.secret) {
      const { secretName, name = secretName ?? '', items, optional } = source.secret;
      const secret = await client.get('secrets', name, namespace);
      if (!secret && !optional) throw new MountFailure(`secret "${name}" not found`);
      const decode = (value: string) => Buffer.from(value, 'base64').toString('utf8');
      const data = Object.entries((secret?.data as Record<string, string> | undefined) ?? {});
      return {
        files: select(
          data.map(([key, value]) => [key, decode(value)]),
          items,
        ),
        life,
      };
    }
    if (source.configMap) {
      const { name, items, optional } = source.configMap;
      const map = await client.get('configmaps', name, namespace);
      if (!map && !optional) throw new MountFailure(`configmap "${name}" not found`);
      return {
        files: select(Object.entries((map?.data as Record<string, string> | undefined) ?? {}), items),
        life,
      };
    }
    if (source.serviceAccountToken) {
      const { path, audience, expirationSeconds = tokenSeconds } = source.serviceAccountToken;
      const name = pod().spec.serviceAccountName ?? 'default';
      const audiences = audience ? [audience] : ['https://kubernetes.default.svc'];
      const token = await cluster
        .createToken({ namespace, name }, audiences, expirationSeconds)
        .catch((error) => {
          throw new MountFailure(`failed to fetch token: ${error.message}`);
        });
      return { files: [[path, token]], life: expirationSeconds * 1000 * tokenRenewal };
    }
    const files = (source.downwardAPI?.items ?? []).map(({ path, fieldRef }): [string, string] => [
      path,
      fieldValue(pod(), fieldRef?.fieldPath ?? '') ?? '',
    ]);
    return { files, life };
  };

  const filesOf = async (volume: Volume): Promise<Files> => {
    const known = snapshots.get(volume.name);
    if (known && known.staleAt > now()) return known.files;
    const sources = volume.projected?.sources ?? [volume];
    try {
      const read = await Promise.all(sources.map(readSource));
      const files = new Map(read.flatMap((source) => source.files));
      snapshots.set(volume.name, { files, staleAt: now() + Math.min(...read.map(({ life }) => life)) });
      return files;
    } catch (error) {
      // A running container keeps the files it has when their object goes.
      if (known && error instanceof MountFailure) return known.files;
      throw error;
    }
  };

  return {
    async mount() {
      for (const volume of pod().spec.volumes ?? []) {
        try {
          await filesOf(volume);
        } catch (error) {
          if (!(error instanceof MountFailure)) throw error;
          throw new MountFailure(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
        }
      }
    },
    async read(container, path) {
      const mount = (container.volumeMounts ?? [])
        .filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`))
        .sort((a, b) => b.mountPath.length - a.mountPath.length)[0];
      const volume = pod().spec.volumes?.find(({ name }) => name === mount?.name);
      if (!mount || !volume) return undefined;
      const rest = path.slice(mount.mountPath.replace(/\/$/, '').length + 1);
      const inside = [mount.subPath, rest].filter((part) => part).join('/');
      return (await filesOf(volume)).get(inside);
    },
  };
}

function select(entries: [string, string][], items: readonly { key: string; path: string }[] | undefined) {
  if (!items) return entries;
  return entries.flatMap(([key, value]): [string, string][] =>
    items.filter((item) => item.key === key).map((item) => [item.path, value]),
  );
}
