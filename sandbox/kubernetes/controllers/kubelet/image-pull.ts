import type { Image } from '../../programs/images.ts';
import type { Container } from '../types.ts';
import type { PodHost } from './pod-host.ts';

const pullSeconds = { min: 9, max: 20 };
/** Back-off of the kubelet in simulated seconds: doubled from the first to the longest pause. */
export const backOff = { first: 10, longest: 300 };

/**
 * Waits until a container's image is on the machine, with the kubelet's Events. An image that no registry of the
 * rehearsal has is tried for ever; `report` gets the waiting reason and message. Rejects when the pod ends.
 */
export async function pullImage(
  host: PodHost,
  { image: reference }: Container,
  report: (reason: string, message: string) => void,
): Promise<Image> {
  const { world, signal } = host;
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): Promise<void> =>
    host.events.record(host.pod(), type, reason, message);
  for (let delay = backOff.first; ; delay = Math.min(delay * 2, backOff.longest)) {
    await event('Normal', 'Pulling', `Pulling image "${reference}"`);
    const image = host.registries.find(reference);
    const seconds = image ? world.random.integer(pullSeconds.min, pullSeconds.max) : 2;
    await world.clock.sleep(seconds, signal);
    if (image) {
      const took = `${seconds}s (${seconds}s including waiting). Image size: ${image.bytes} bytes.`;
      await event('Normal', 'Pulled', `Successfully pulled image "${reference}" in ${took}`);
      return image;
    }
    const cause = host.registries.failure(reference);
    await event('Warning', 'Failed', `Failed to pull image "${reference}": ${cause}`);
    await event('Warning', 'Failed', 'Error: ErrImagePull');
    report('ErrImagePull', cause);
    await world.clock.sleep(1, signal);
    await event('Normal', 'BackOff', `Back-off pulling image "${reference}"`);
    await event('Warning', 'Failed', 'Error: ImagePullBackOff');
    report('ImagePullBackOff', `Back-off pulling image "${reference}": ErrImagePull: ${cause}`);
    await world.clock.sleep(delay, signal);
  }
}
