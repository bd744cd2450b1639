import { spawn } from 'node:child_process';
import { buildKubernetes, serveKubernetes } from './serve.ts';

/**
 * `node --import tsx test/real-kubernetes/with-repository.ts COMMAND...`: builds real Kubernetes where it is not there
 * yet, and runs a command while its repository is served. `{kit}` in an argument stands for its folder.
 */
const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: with-repository.ts COMMAND [ARGUMENT]...');
  process.exit(2);
}
const kit = await buildKubernetes((line) => process.stderr.write(`${line}\n`));
const repository = await serveKubernetes(kit);
const child = spawn(
  command,
  args.map((arg) => arg.replaceAll('{kit}', kit)),
  { stdio: 'inherit', env: { ...process.env, KIT: kit } },
);
process.exitCode = await new Promise<number>((resolve) =>
  child
    .on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
    .on('error', (error) => {
      console.error(error.message);
      resolve(127);
    }),
);
await repository.close();
