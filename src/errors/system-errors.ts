import type { AwsErrorRow } from './aws-errors.ts';

const elsewhere = 'set XDG_STATE_HOME and XDG_CACHE_HOME to a folder of yours';

/** Error codes of the operating system that this tool meets when it writes its files. Messages name the path. */
export const systemErrors: readonly AwsErrorRow[] = [
  {
    codes: ['EACCES', 'EPERM', 'EROFS'],
    explain: ({ message }) => ({
      what: 'a file cannot be written or read',
      why: message,
      fix: `make it yours, or ${elsewhere}`,
    }),
  },
  {
    codes: ['ENOSPC', 'EDQUOT', 'EFBIG'],
    explain: ({ message }) => ({
      what: 'the disk is full',
      why: message,
      fix: `make room, or ${elsewhere} on another disk; then run the same command once more`,
    }),
  },
  {
    codes: ['ENOTDIR', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'EEXIST'],
    explain: ({ message }) => ({
      what: 'something stands where a file or folder of lbc-setup must be',
      why: message,
      fix: `move it away, or ${elsewhere}`,
    }),
  },
  {
    codes: ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'],
    explain: ({ message }) => ({
      what: 'this machine is out of processes, files or memory',
      why: message,
      fix: 'close other programs or raise "ulimit -n" and "ulimit -u", then run the same command once more',
    }),
  },
  {
    // os.homedir() where neither HOME nor an entry in the user database is: a container with a made-up user id.
    codes: ['ERR_SYSTEM_ERROR'],
    explain: ({ message }) => ({
      what: 'the home folder of this user is not known',
      why: message,
      fix: 'set HOME to a folder of yours',
    }),
  },
];
