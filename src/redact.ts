/** What a secret looks like, and what stands in its place in a log. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // A token for the Kubernetes API of EKS is a presigned URL in disguise.
  [/k8s-aws-v1\.[\w-]+/g, 'k8s-aws-v1.***'],
  // JSON Web Tokens: ServiceAccount tokens (RFC 7519; the header begins with `{"`).
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '*** token ***'],
  [/(X-Amz-(?:Signature|Security-Token|Credential)=)[^&\s"'\\]+/gi, '$1***'],
  [/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g, '*** $1 ***'],
  // Certificates and keys in kubeconfigs, webhook configurations and Secrets, as YAML or JSON, also escaped.
  [
    /((?:certificate-authority-data|client-certificate-data|client-key-data|caBundle|tls\.key|tls\.crt|ca\.crt)\\?"?\s*:\s*\\?"?)[\w+/=]{16,}/g,
    '$1***',
  ],
  [
    /(aws_secret_access_key|aws_session_token|SecretAccessKey|SessionToken)(\W{1,4})[\w+/=]{16,}/gi,
    '$1$2***',
  ],
];

/** The environment variables whose values are secrets. */
const secretVariables = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'];

/**
 * Text without secrets, for a log. Nothing that is logged should hold any; this stands behind that, for what programs and
 * servers say in unforeseen places.
 */
export function redact(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  let clean = text;
  for (const name of secretVariables) {
    const value = environment[name];
    if (value && value.length >= 8) clean = clean.replaceAll(value, '***');
  }
  for (const [pattern, instead] of patterns) clean = clean.replace(pattern, instead);
  return clean;
}
