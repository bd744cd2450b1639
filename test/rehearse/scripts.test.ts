import { describe, it } from 'node:test';
import { run } from '../../src/adapters/process.ts';
import { HOLD } from '../../src/rehearse/ground.ts';
import { INIT, START } from '../../src/rehearse/nspawn/scripts.ts';
import { AGENT, boothook } from '../../src/rehearse/qemu/guest.ts';

const SCRIPTS = {
  'what holds a rehearsal': `#!/bin/sh\n${HOLD}`,
  'what starts a container': `#!/bin/bash\n${START}`,
  'the first program of a container': INIT,
  'the agent of a virtual machine': AGENT,
  'the boothook of a virtual machine': boothook('ssh-ed25519 AAAA rehearsal').replace(
    '#cloud-boothook\n',
    '',
  ),
};

describe('scripts of the engines pass ShellCheck', () => {
  for (const [name, text] of Object.entries(SCRIPTS)) {
    it(name, async () => {
      await run('shellcheck', ['-'], { input: text });
    });
  }
});
