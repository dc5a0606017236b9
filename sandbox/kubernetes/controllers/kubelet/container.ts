import type { Image } from '../../programs/images.ts';
import { timestamp } from '../conditions.ts';
import type { Container, ContainerState, ContainerStatus, PodSpec } from '../types.ts';
import { ConfigError, environmentOf } from './environment.ts';
import { backOff, pullImage } from './image-pull.ts';
import type { PodHost } from './pod-host.ts';
import { startProbes } from './probes.ts';
import { type ContainerProcess, startProcess } from './process.ts';

/** A container that the kubelet keeps running as its restart policy says. */
export interface ContainerRun {
  readonly name: string;
  /** Its entry of `status.containerStatuses`. */
  status(): ContainerStatus;
  /** Resolves when it will not be started again, with the last exit code; 0 when it never ran. */
  readonly done: Promise<number>;
}

type RestartPolicy = NonNullable<PodSpec['restartPolicy']>;

const startSeconds = 1;
// A container that ran this long is no longer held to its crashes.
const forgivenAfter = 600;

/** Pulls, starts, probes and restarts a container until the pod's signal is aborted. */
export function runContainer(
  host: PodHost,
  container: Container,
  restartPolicy: RestartPolicy,
): ContainerRun {
  const run = new ContainerLoop(host, container, restartPolicy);
  return { name: container.name, status: () => run.status(), done: run.loop() };
}

class ContainerLoop {
  private readonly host: PodHost;
  private readonly container: Container;
  private readonly restartPolicy: RestartPolicy;
  private image: Image | undefined;
  private id = '';
  private ready = false;
  private restarts = 0;
  private state: ContainerState = { waiting: { reason: 'ContainerCreating' } };
  private lastState: ContainerState = {};

  constructor(host: PodHost, container: Container, restartPolicy: RestartPolicy) {
    this.host = host;
    this.container = container;
    this.restartPolicy = restartPolicy;
  }

  status(): ContainerStatus {
    const { container, image, id, ready, restarts, state, lastState } = this;
    return {
      name: container.name,
      image: container.image,
      imageID: image && id ? `${container.image.replace(/[:@][^/]*$/, '')}@${image.digest}` : '',
      ...(id ? { containerID: id } : {}),
      ready,
      started: state.running !== undefined,
      restartCount: restarts,
      state,
      lastState,
    };
  }

  async loop(): Promise<number> {
    let exitCode = 0;
    try {
      this.image = await pullImage(this.host, this.container, (reason, message) =>
        this.wait(reason, message),
      );
      for (let crashes = 1; ; crashes++) {
        const begun = this.host.world.clock.now().getTime();
        exitCode = await this.runOnce(this.image);
        if (this.host.signal.aborted || !this.startsAgain(exitCode)) return exitCode;
        const { clock } = this.host.world;
        const ran = ((clock.now().getTime() - begun) * clock.speed) / 1000;
        if (ran > forgivenAfter) crashes = 1;
        await this.pause(crashes);
      }
    } catch (error) {
      if (this.host.signal.aborted) return exitCode;
      throw error;
    }
  }

  private startsAgain(exitCode: number): boolean {
    return this.restartPolicy === 'Always' || (this.restartPolicy === 'OnFailure' && exitCode !== 0);
  }

  private set(state: ContainerState, ready = false): void {
    this.state = state;
    this.ready = ready;
    this.host.changed();
  }

  private wait(reason: string, message: string): void {
    this.set({ waiting: { reason, message } });
  }

  private event(type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> {
    return this.host.events.record(this.host.pod(), type, reason, message);
  }

  private async runOnce(image: Image): Promise<number> {
    const { host, container } = this;
    const { clock, random } = host.world;
    const env = await this.environment();
    this.id = `containerd://${random.hex(64)}`;
    await this.event('Normal', 'Created', `Created container: ${container.name}`);
    await clock.sleep(startSeconds, host.signal);
    const startedAt = timestamp(clock.now());
    const process = startProcess(host, container, image, env);
    const terminate = () => process.terminate();
    host.signal.addEventListener('abort', terminate, { once: true });
    this.set({ running: { startedAt } });
    const stopProbes = this.probe(process);
    await this.event('Normal', 'Started', `Started container ${container.name}`);
    if (host.signal.aborted) process.terminate();
    const exitCode = await process.ended;
    host.signal.removeEventListener('abort', terminate);
    stopProbes();
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    const finishedAt = timestamp(clock.now());
    this.set({ terminated: { exitCode, reason, startedAt, finishedAt, containerID: this.id } });
    return exitCode;
  }

  private probe(process: ContainerProcess): () => void {
    const { host, container } = this;
    return startProbes(
      host.world,
      { vpcId: host.vpcId, address: host.address, container },
      {
        ready: (ready) => this.set(this.state, ready),
        failed: (kind, output) => void this.event('Warning', 'Unhealthy', `${kind} probe failed: ${output}`),
        lethal: (kind) => {
          const message = `Container ${container.name} failed ${kind.toLowerCase()} probe, will be restarted`;
          void this.event('Normal', 'Killing', message);
          process.terminate();
        },
      },
    );
  }

  private async environment(): Promise<Record<string, string>> {
    const { host, container } = this;
    for (;;) {
      try {
        return await environmentOf(host.client, host.pod(), container);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        this.wait('CreateContainerConfigError', error.message);
        await this.event('Warning', 'Failed', `Error: ${error.message}`);
        await host.world.clock.sleep(backOff.first, host.signal);
      }
    }
  }

  /** The first restart comes at once, the others after a growing pause. */
  private async pause(crashes: number): Promise<void> {
    const { host, container } = this;
    const seconds = crashes === 1 ? 0 : Math.min(backOff.first * 2 ** (crashes - 2), backOff.longest);
    const { namespace, name, uid } = host.pod().metadata;
    const pod = `${name}_${namespace}(${uid})`;
    this.lastState = this.state;
    if (seconds > 0) {
      await this.event(
        'Warning',
        'BackOff',
        `Back-off restarting failed container ${container.name} in pod ${pod}`,
      );
      this.wait(
        'CrashLoopBackOff',
        `back-off ${duration(seconds)} restarting failed container=${container.name} pod=${pod}`,
      );
    }
    await host.world.clock.sleep(Math.max(seconds, 1), host.signal);
    this.restarts += 1;
    await this.event('Normal', 'Pulled', `Container image "${container.image}" already present on machine`);
  }
}

// As Go prints a time.Duration: 80 s is 1m20s.
const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
