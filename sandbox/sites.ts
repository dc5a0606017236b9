import type { Elbv2Service } from './aws/elbv2/elbv2.ts';
import type { ChartRepository } from './controller/chart-repository.ts';
import type { Site, SiteResponse } from './proxy.ts';
import type { World } from './world.ts';

const missing: SiteResponse = { status: 404, body: 'not found\n' };

const json = (value: object): SiteResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

/** The chart repository of AWS's EKS charts. */
export function chartSite(charts: ChartRepository): Site {
  return {
    host: /^aws\.github\.io$/,
    async handle({ host, path }) {
      if (path === '/eks-charts/index.yaml')
        return { status: 200, headers: { 'content-type': 'text/yaml' }, body: charts.index };
      const archive = charts.archives.get(`https://${host}${path}`);
      return archive
        ? { status: 200, headers: { 'content-type': 'application/x-gzip' }, body: archive }
        : missing;
    },
  };
}

/** The OIDC issuers of the emulated clusters (OpenID Connect Discovery 1.0, as EKS fills it in). */
export function issuerSite(world: World): Site {
  return {
    host: /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/,
    async handle({ host, path }) {
      const [, id, document] = /^(\/id\/[0-9A-F]+)(\/.*)?$/.exec(path) ?? [];
      const issuer = `https://${host}${id}`;
      const cluster = world.kubernetes.byIssuer(issuer);
      const documents: Readonly<Record<string, () => object>> = {
        '/keys': () => cluster?.jwks ?? {},
        '/.well-known/openid-configuration': () => ({
          issuer,
          jwks_uri: `${issuer}/keys`,
          authorization_endpoint: 'urn:kubernetes:programmatic_authorization',
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          claims_supported: ['sub', 'iss'],
          id_token_signing_alg_values_supported: ['RS256'],
        }),
      };
      const found = documents[document ?? ''];
      return cluster && found ? json(found()) : missing;
    },
  };
}

/** The names of load balancers: listener, rule and healthy target, else what a load balancer answers. */
export function loadBalancerSite(elb: Pick<Elbv2Service, 'routeRequest' | 'shownCertificates'>): Site {
  return {
    host: /\.(elb\.[a-z0-9-]+|[a-z0-9-]+\.elb)\.amazonaws\.com(\.cn)?$/,
    certificates: (host, port) =>
      elb
        .shownCertificates(host, port)
        ?.map(({ body, chain, key }) => ({ certificate: [body, chain ?? ''].join('\n'), key })),
    async handle({ scheme, host, port, method, path, headers, body }) {
      const request = { method, path, headers, body };
      const answer = await elb.routeRequest(host, port, request, scheme === 'https');
      return typeof answer === 'string' ? { failure: answer } : answer;
    },
  };
}
