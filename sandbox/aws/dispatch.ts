import type { FaultEffect } from '../faults.ts';
import type { AskedPermission } from '../record.ts';
import type { World } from '../world.ts';
import { authorize } from './denial.ts';
import { InvalidPageToken } from './paginate.ts';
import { withoutSecrets } from './protocol/input.ts';
import type { OperationModel, ServiceModel } from './protocol/model.ts';
import { checkRequired } from './protocol/required.ts';
import { refusal } from './protocol/services.ts';
import { AwsError, type Call, type Judgement, NotEmulated, type Service } from './service.ts';

/** A request whose caller is known and whose input is yet to be read. */
export interface Operation {
  readonly model: ServiceModel;
  readonly operation: OperationModel;
  readonly call: Call;
  readonly read: () => object;
}

/** What becomes of an answer: it is given, its connection is cut, or it never comes. */
export interface Outcome {
  readonly delivery: 'answer' | 'cut' | 'hang';
  readonly output: object;
}

const readingNames = /^(Get|List|Describe|Simulate|Validate|Estimate|Search|Lookup|Check|Detect)/;

/** Whether an operation can change something. Its name says so, unless the service says otherwise. */
export function isWrite(operation: string, service?: Service): boolean {
  return !readingNames.test(operation) && !service?.reads?.includes(operation);
}

/** What a handler threw, as the client will see it. Anything but an AwsError is a fault of the rehearsal itself. */
export function toAwsError(error: unknown, model: ServiceModel): AwsError {
  if (error instanceof InvalidPageToken) return refusal(model.service, 'invalidPage', error.message);
  if (error instanceof AwsError) return model.wireError(error);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError('InternalFailure', `The rehearsal failed: ${detail}`, 500);
}

/** Simulated seconds that an answer takes: drawn from the seed. */
const latency = (world: World): number => world.random.integer(20, 150) / 1000;

const allow = (): Judgement => 'allow';

/** Makes the one path that every operation takes: fault, input checks, authorisation, handler, record. */
export function createDispatcher(world: World, services: readonly Service[]) {
  const byName = new Map(services.map((service) => [service.name, service]));
  const judge = services.find((service) => service.judge)?.judge ?? allow;

  async function run(
    { model, operation, call }: Operation,
    input: object,
    asked: AskedPermission[],
  ): Promise<object> {
    const service = byName.get(call.service);
    const handler = service?.handlers[operation.name];
    if (!service || !handler) throw new NotEmulated(`${model.entry.prefix}:${operation.name}`);
    checkRequired(model, operation.input, input);
    authorize(model, service, judge, input, call, asked);
    return handler(input, call);
  }

  async function runWithFault(request: Operation, input: object, asked: AskedPermission[]): Promise<Outcome> {
    const fault: FaultEffect | undefined = world.faults.match('aws', actionOf(request));
    if (fault?.kind === 'error') throw new AwsError(fault.code, fault.message, fault.status);
    if (fault?.kind === 'hang') return { delivery: 'hang', output: {} };
    const output = await run(request, input, asked);
    if (fault?.kind === 'delay') await world.clock.sleep(fault.seconds);
    return { delivery: fault?.kind === 'cut' ? 'cut' : 'answer', output };
  }

  return {
    /** Performs an operation and records it. Throws AwsError as it travels. */
    async perform(request: Operation): Promise<Outcome> {
      const { model, operation, call } = request;
      const entry = {
        plane: 'aws',
        call: actionOf(request),
        caller: call.principal.arn,
        write: isWrite(operation.name, byName.get(call.service)),
      } as const;
      const asked: AskedPermission[] = [];
      let input: object | undefined;
      await world.clock.sleep(latency(world));
      try {
        input = request.read();
        const outcome = await runWithFault(request, input, asked);
        world.record.add({
          ...entry,
          status: 200,
          input: withoutSecrets(operation.input, input),
          ...noted(asked),
        });
        return outcome;
      } catch (thrown) {
        const error = toAwsError(thrown, model);
        const shown = withoutSecrets(operation.input, input);
        const { status, code } = error;
        world.record.add({ ...entry, status, error: code, input: shown, ...noted(asked) });
        throw error;
      }
    },
  };
}

const noted = (asked: readonly AskedPermission[]) => (asked.length > 0 ? { asked } : {});

const actionOf = ({ model, operation }: Operation): string => `${model.entry.prefix}:${operation.name}`;
