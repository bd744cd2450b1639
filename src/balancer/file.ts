/** A file of a machine, whole. */
export interface BalancerFile {
  readonly path: string;
  /** Octal, four digits: `0640`. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly text: string;
  /** Whether it holds a value out of the secrets file, and so must not be in an image. */
  readonly secret: boolean;
}

/** The free-text pieces of userdata/balancer that the files are made from. */
export interface BalancerPieces {
  readonly haproxy: string;
  readonly keepalived: string;
  readonly nginx: string;
  readonly check: string;
}

/** Where each piece lies below userdata/. */
export const BALANCER_PIECE_FILES = {
  haproxy: 'balancer/haproxy.cfg',
  keepalived: 'balancer/keepalived.conf',
  nginx: 'balancer/nginx.conf',
  check: 'balancer/check-balancer',
} as const satisfies Readonly<Record<keyof BalancerPieces, string>>;

/** A file that anybody on the machine may read. */
export function openFile(path: string, text: string, mode = '0644'): BalancerFile {
  return { path, mode, owner: 'root', group: 'root', text, secret: false };
}
