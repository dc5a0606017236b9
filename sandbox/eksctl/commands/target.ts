import { type ExistingCluster, openCluster } from '../aws/cluster.ts';
import { withDefaults } from '../config/config.ts';
import { type Document, readDocument } from '../config/read.ts';
import type { ClusterConfig } from '../config/types.ts';
import { validateConfig } from '../config/validate.ts';
import { Failure } from '../failure.ts';
import type { Session } from '../session.ts';

/** What a command line is about: a config from a file, or one made from flags. */
export interface Target {
  readonly config: ClusterConfig;
  readonly region: string | undefined;
  /** The value of `-f`, when given. */
  readonly file: string | undefined;
}

interface TargetOptions {
  /** The flag that names the cluster. */
  readonly clusterFlag: 'cluster' | 'name';
  /** False where the name argument means something else, a profile for instance. */
  readonly nameArgument?: boolean;
  /** More flags that a config file excludes. */
  readonly incompatible?: readonly string[];
  /** Default flags of the exclusion that the command allows beside a file all the same. */
  readonly compatible?: readonly string[];
  /** Sections of the config that the command's flags stand for. */
  readonly sections?: Document;
}

const incompatibleWithFile = ['cluster', 'name', 'region', 'support-type', 'version'];

async function readFile(session: Session, file: string, options: TargetOptions): Promise<Target> {
  const document = await readDocument(file, session.host);
  const { incompatible = [], compatible = [] } = options;
  const excluded = [...incompatibleWithFile, ...incompatible]
    .filter((flag) => !compatible.includes(flag))
    .sort()
    .find((flag) => session.args.changed(flag));
  if (excluded !== undefined) throw new Failure(`cannot use --${excluded} when --config-file/-f is set`);
  if (options.nameArgument !== false && session.args.name !== undefined)
    throw new Failure('cannot use name argument when --config-file/-f is set');
  const config = withDefaults(document);
  if (!config.metadata.name) throw new Failure('metadata.name must be set');
  if (!config.metadata.region) throw new Failure('metadata.region must be set');
  return { config, region: config.metadata.region, file };
}

/** The cluster's name by flag or argument; not both. Throws Failure. */
function nameOf({ args }: Session, options: TargetOptions): string {
  const flag = args.string(options.clusterFlag);
  const argument = options.nameArgument === false ? undefined : args.name;
  if (flag !== '' && argument !== undefined)
    throw new Failure(
      `--${options.clusterFlag}=${flag} and argument ${argument} cannot be used at the same time`,
    );
  return argument ?? flag;
}

/** Reads the config file or makes a config of the flags; no call is made. Throws Failure. */
export async function readTarget(session: Session, options: TargetOptions): Promise<Target> {
  const { args, environment } = session;
  const file = args.string('config-file');
  if (file !== '') return readFile(session, file, options);
  const name = nameOf(session, options);
  if (name === '') throw new Failure(`--${options.clusterFlag} must be set`);
  const region = args.string('region') || environment.region;
  const config = withDefaults({ metadata: { name, region: region ?? '' }, ...options.sections });
  return { config, region, file: undefined };
}

/** The calls before every command on an existing cluster, then the rules of its config. Throws Failure. */
export async function openExisting(session: Session, { config, region }: Target): Promise<ExistingCluster> {
  const existing = await openCluster(session, region, config.metadata.name);
  validateConfig(config);
  return existing;
}

/** Reads the target and opens its cluster. Throws Failure. */
export async function openTarget(
  session: Session,
  options: TargetOptions,
): Promise<{ target: Target; existing: ExistingCluster }> {
  const target = await readTarget(session, options);
  return { target, existing: await openExisting(session, target) };
}
