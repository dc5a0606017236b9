import { invalid } from './errors.ts';

const maximumLength = 32;

/** A valid name of a load balancer or target group, else ValidationError. */
export function checkName(what: string, name: string | undefined): string {
  if (!name) throw invalid(`${what} name must be specified`);
  if (name.length > maximumLength) {
    throw invalid(`${what} name '${name}' cannot be longer than '${maximumLength}' characters`);
  }
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw invalid(
      `${what} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (name.startsWith('-') || name.endsWith('-')) {
    throw invalid(`${what} name '${name}' cannot begin or end with a hyphen(-)`);
  }
  if (name.startsWith('internal-')) throw invalid(`${what} name '${name}' cannot begin with 'internal-'`);
  return name;
}
