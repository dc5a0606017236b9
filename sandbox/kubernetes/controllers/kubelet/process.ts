import type { Image } from '../../programs/images.ts';
import type { ProgramContext, RunningProgram } from '../../programs/program.ts';
import type { Container } from '../types.ts';
import { expand } from './environment.ts';
import type { PodHost } from './pod-host.ts';

/** A started container process. */
export interface ContainerProcess {
  /** The exit code; ports are closed by then. */
  readonly ended: Promise<number>;
  /** SIGTERM. Programs of the rehearsal end at once, with code 0. */
  terminate(): void;
}

/** Starts an image's program in a container. What it throws ends the process with code 1. */
export function startProcess(
  host: PodHost,
  container: Container,
  image: Image,
  env: Readonly<Record<string, string>>,
): ContainerProcess {
  const { world, cluster, vpcId, address } = host;
  const pod = host.pod();
  const { namespace = '', name } = pod.metadata;
  const log = host.logs.open(namespace, name, container.name);
  const life = new AbortController();
  const closers: (() => void)[] = [];
  let exit: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    exit = (code) => {
      if (life.signal.aborted) return;
      life.abort();
      for (const close of closers) close();
      resolve(code);
    };
  });
  const fail = (error: unknown): void => {
    if (life.signal.aborted) return;
    log(error instanceof Error ? error.message : String(error));
    exit(1);
  };
  const context: ProgramContext = {
    world,
    cluster,
    vpcId,
    pod,
    podIp: address,
    args: [...(container.command ?? []), ...(container.args ?? [])].map((word) => expand(word, env)),
    env,
    client: cluster.client(`system:serviceaccount:${namespace}:${pod.spec.serviceAccountName ?? 'default'}`),
    signal: life.signal,
    listen: (port, listener) => {
      if (life.signal.aborted) throw new Error('the container has ended');
      closers.push(world.network.listen(vpcId, address, port, listener));
    },
    readFile: (path) => host.volumes.read(container, path),
    log,
    exit,
  };
  let running: RunningProgram | undefined;
  let terminating = false;
  const terminate = (): void => {
    terminating = true;
    if (!running || life.signal.aborted) return;
    try {
      running.stop();
    } catch (error) {
      fail(error);
    }
    exit(0);
  };
  const start = async (): Promise<void> => {
    running = await image.program.start(context);
    if (terminating) terminate();
  };
  start().catch(fail);
  return { ended, terminate };
}
