/**
 * What must be true of the machine afterwards. A closed union: the goss, TAP and offline forms
 * (src/emit/goss.ts, src/emit/verify-sh.ts, src/verify/offline/planned.ts) are total over it.
 *
 * Offline-checkable kinds can be answered from the file system of an image that is not running;
 * see {@link isOffline}.
 */
export type Check =
  | {
      readonly check: 'file';
      readonly path: string;
      readonly exists: boolean;
      /** Four octal digits, `0644`. */
      readonly mode?: string;
      readonly owner?: string;
      readonly group?: string;
      readonly type?: 'file' | 'directory' | 'symlink';
      /** Lower-case hexadecimal sha256 of the content. */
      readonly sha256?: string;
      /** Each string must occur as a whole line, surrounding blanks aside. */
      readonly lines?: readonly string[];
      /** No line may match one of these POSIX extended regular expressions. */
      readonly withoutLines?: readonly string[];
    }
  | {
      readonly check: 'package';
      readonly name: string;
      readonly installed: boolean;
      /** Exact version of the package: `1.35.8-1.1` of Debian's, `1.35.8-150500.1.1` of an RPM (without its epoch). */
      readonly version?: string;
      readonly held?: boolean;
    }
  | {
      readonly check: 'service';
      /** Unit name with suffix: `containerd.service`. */
      readonly unit: string;
      readonly enabled?: boolean;
      readonly masked?: boolean;
      /** Only answered on a running machine. */
      readonly active?: boolean;
    }
  | { readonly check: 'sysctl'; readonly key: string; readonly value: string }
  | { readonly check: 'kernel-module'; readonly name: string }
  | {
      readonly check: 'user';
      readonly name: string;
      readonly groups?: readonly string[];
      readonly shell?: string;
      readonly home?: string;
    }
  | { readonly check: 'swap-off' }
  | {
      readonly check: 'command';
      readonly title: string;
      /** Run by `bash -c`; must exit 0. */
      readonly script: string;
    };

/** Whether a check (or which part of it) can be answered without booting. */
export function isOffline(check: Check): boolean {
  switch (check.check) {
    case 'file':
    case 'package':
    case 'user':
      return true;
    case 'service':
      return check.enabled !== undefined || check.masked !== undefined;
    case 'sysctl':
    case 'kernel-module':
    case 'swap-off':
    case 'command':
      return false;
  }
}
