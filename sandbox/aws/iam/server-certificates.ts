import { createPrivateKey, X509Certificate } from 'node:crypto';
import type {
  DeleteServerCertificateRequest,
  GetServerCertificateRequest,
  GetServerCertificateResponse,
  ListServerCertificatesRequest,
  ListServerCertificatesResponse,
  UploadServerCertificateRequest,
  UploadServerCertificateResponse,
} from '@aws-sdk/client-iam';
import { AwsError, type Given, type Handler } from '../service.ts';
import { page } from './page.ts';
import {
  checkName,
  type IamContext,
  iamArn,
  isVisible,
  noSuchEntity,
  type StoredCertificate,
  uniqueId,
} from './state.ts';
import { tagList, withTags } from './tags.ts';

/** Server certificates of an account (IAM user guide, "IAM and AWS STS quotas"). */
const maxCertificates = 20;
const longestName = 128;

/** The handlers of server certificates, which load balancers show where ACM is not (API reference of each). */
export function createServerCertificateHandlers({ world, state }: IamContext): Record<string, Handler> {
  const find = (name: string): StoredCertificate => {
    const found = state.certificates.get(name);
    if (!found || !isVisible(world, found))
      throw noSuchEntity(`The Server Certificate with name ${name} cannot be found.`);
    return found;
  };

  return {
    UploadServerCertificate(input: Given<UploadServerCertificateRequest>): UploadServerCertificateResponse {
      const { ServerCertificateName: name, Path: path = '/' } = input;
      checkName('serverCertificateName', name, longestName);
      const parsed = parse(input.CertificateBody);
      checkKey(parsed, input.PrivateKey);
      if (state.certificates.has(name))
        throw new AwsError(
          'EntityAlreadyExists',
          `The Server Certificate with name ${name} already exists.`,
          409,
        );
      if (state.certificates.size >= maxCertificates)
        throw new AwsError(
          'LimitExceeded',
          `Cannot exceed quota for ServerCertificatesPerAccount: ${maxCertificates}`,
          409,
        );
      const stored: StoredCertificate = {
        arn: iamArn(world, `server-certificate${path}${name}`),
        name,
        path,
        id: uniqueId(world, 'ASCA'),
        body: input.CertificateBody,
        chain: input.CertificateChain,
        key: input.PrivateKey,
        expires: new Date(parsed.validTo),
        created: world.clock.now(),
        tags: withTags(new Map(), input.Tags),
      };
      state.certificates.set(name, stored);
      return { ServerCertificateMetadata: metadata(stored), Tags: tagList(stored.tags) };
    },

    GetServerCertificate(input: Given<GetServerCertificateRequest>): GetServerCertificateResponse {
      const stored = find(input.ServerCertificateName);
      return {
        ServerCertificate: {
          ServerCertificateMetadata: metadata(stored),
          CertificateBody: stored.body,
          CertificateChain: stored.chain,
          Tags: tagList(stored.tags),
        },
      };
    },

    ListServerCertificates(input: ListServerCertificatesRequest): ListServerCertificatesResponse {
      const found = [...state.certificates.values()].filter(
        (one) => isVisible(world, one) && one.path.startsWith(input.PathPrefix ?? '/'),
      );
      const { shown, truncation } = page(world, found.map(metadata), input);
      return { ServerCertificateMetadataList: shown, ...truncation };
    },

    DeleteServerCertificate(input: Given<DeleteServerCertificateRequest>): object {
      state.certificates.delete(find(input.ServerCertificateName).name);
      return {};
    },
  };
}

const metadata = ({ arn, name, path, id, expires, created }: StoredCertificate) => ({
  Arn: arn,
  ServerCertificateName: name,
  Path: path,
  ServerCertificateId: id,
  UploadDate: created,
  Expiration: expires,
});

function parse(body: string): X509Certificate {
  try {
    return new X509Certificate(body);
  } catch {
    throw new AwsError(
      'MalformedCertificate',
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    );
  }
}

function checkKey(certificate: X509Certificate, key: string): void {
  try {
    if (certificate.checkPrivateKey(createPrivateKey(key))) return;
  } catch {
    throw new AwsError(
      'MalformedCertificate',
      'Unable to parse key; the body must be encoded properly in PEM format.',
    );
  }
  throw new AwsError('KeyPairMismatch', 'Private key does not match with certificate.');
}
