import { jsonProtocol } from './json.ts';
import { createQueryProtocol } from './query.ts';
import { restProtocol } from './rest.ts';
import type { ProtocolName } from './services.ts';
import type { Protocol } from './wire.ts';

/** The server's side of every protocol. */
export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  awsQuery: createQueryProtocol(false),
  ec2Query: createQueryProtocol(true),
  restJson1: restProtocol,
  awsJson1_1: jsonProtocol,
};
