import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError } from '../service.ts';
import type { OperationModel, ServiceModel } from './model.ts';
import type { WireResponse } from './wire.ts';

const isoTimestamps = 5;
const headers = { 'content-type': 'text/xml;charset=utf-8' };

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (character) => escapes[character] ?? '');

/** The members of a structure as XML, without the element around them. */
function membersXml(schema: NormalizedSchema, value: object): string {
  if (schema.isUnitSchema()) return '';
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: isoTimestamps },
    httpBindings: false,
    xmlNamespace: '',
    serviceNamespace: '',
  });
  serializer.write(schema, value);
  const xml = String(serializer.flush());
  return xml.endsWith('/>') && xml.indexOf('>') === xml.length - 1
    ? ''
    : xml.slice(xml.indexOf('>') + 1, xml.lastIndexOf('</'));
}

/** A successful answer: `<OpResponse><OpResult>…</OpResult><ResponseMetadata>…`, for EC2 without the result element. */
export function resultXml(
  model: ServiceModel,
  operation: OperationModel,
  output: object,
  requestId: string,
  ec2: boolean,
): WireResponse {
  const { name } = operation;
  const members = membersXml(operation.output, output);
  const returned = operation.output.isUnitSchema() ? '<return>true</return>' : members;
  const result = operation.output.isUnitSchema() ? '' : `<${name}Result>${members}</${name}Result>`;
  const content = ec2
    ? `<requestId>${requestId}</requestId>${returned}`
    : `${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const body = `<${name}Response xmlns="${model.entry.xmlNamespace}">${content}</${name}Response>`;
  return { status: 200, headers: { ...headers, 'x-amzn-requestid': requestId }, body };
}

/** A refusal: `<ErrorResponse><Error>…`, for EC2 `<Response><Errors><Error>…`. */
export function errorXml(
  model: ServiceModel,
  error: AwsError,
  requestId: string,
  ec2: boolean,
): WireResponse {
  const text = `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  const body = ec2
    ? `<Response><Errors><Error>${text}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
    : `<ErrorResponse xmlns="${model.entry.xmlNamespace}"><Error><Type>${type}</Type>${text}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status: error.status, headers: { ...headers, 'x-amzn-requestid': requestId }, body };
}
