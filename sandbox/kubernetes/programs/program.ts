import type { World } from '../../world.ts';
import type { KubeClient, KubeObject, KubernetesCluster } from '../api.ts';
import type { PodListener } from '../network.ts';

/** What a container image does, written as a program of the rehearsal. */
export interface Program {
  /**
   * Starts the container's process. An exception, now or as a rejection, ends the container with exit code 1 and its
   * message in the log.
   */
  start(context: ProgramContext): RunningProgram | Promise<RunningProgram>;
}

/** A container's process. */
export interface RunningProgram {
  /** SIGTERM: ends the process; its listeners are closed by the kubelet. Not called after `exit`. */
  stop(): void;
}

/** What a container sees of the world. */
export interface ProgramContext {
  readonly world: World;
  readonly cluster: KubernetesCluster;
  /** The VPC whose network the pod is on. */
  readonly vpcId: string;
  /** The pod as it was when the container started; `metadata.uid` and `status.podIP` are set. */
  readonly pod: KubeObject;
  /** The address of the pod's network interface. */
  readonly podIp: string;
  /** `args` of the container (or `command` and `args`), with `$(NAME)` expanded. */
  readonly args: readonly string[];
  /** `env` of the container, with `fieldRef`, ConfigMap and Secret references resolved. */
  readonly env: Readonly<Record<string, string>>;
  /** The Kubernetes API as the pod's ServiceAccount. */
  readonly client: KubeClient;
  /** Aborted when the container ends, for whatever reason. */
  readonly signal: AbortSignal;
  /** Listens on the pod's address; the port is closed when the container ends. */
  listen(port: number, listener: PodListener): void;
  /**
   * The content of a file in a mounted volume as the kubelet shows it now, undefined when there is none. Secrets and
   * ConfigMaps follow their objects after 60–90 s; projected tokens are fresh.
   */
  readFile(path: string): Promise<string | undefined>;
  /** Writes one line to the container's log. */
  log(line: string): void;
  /** Ends the process with an exit code. */
  exit(code: number): void;
}
