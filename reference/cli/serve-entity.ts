/** `serve dta` and `serve relay`: the service as a process by the launch contract (spec/certification.md, C.1). */
import type { Connected, Role } from '../entity/role.ts';
import { EntityService } from '../entity/service.ts';
import { ContractOutput } from '../runtime/contract-output.ts';
import { answerControls } from '../runtime/control-lines.ts';
import { errorCodeOf, errorFieldOf, errorMessageOf } from '../runtime/error-carrier.ts';
import { readLaunch, type Launch } from '../runtime/launch.ts';
import { LineReader, MAX_LINE_OCTETS } from '../runtime/line-reader.ts';
import { openLog } from '../runtime/log.ts';

/** Anything that this process makes is for its user only (MDT-SEC-004). */
const PRIVATE_UMASK = 0o077;
/** The contract gives 5 s to stop; open calls get a part of that. */
const STOP_DEADLINE_MS = 3_000;

/** Runs an entity of a role until SIGTERM or SIGINT; gives the status to exit with. */
export async function serveEntity(role: Role): Promise<number> {
  process.umask(PRIVATE_UMASK);
  process.stdout.on('error', () => undefined); // nobody reads any more: a service goes on
  const output = new ContractOutput((text) => process.stdout.write(text));
  const log = openLog(role.name);
  const stopped = signalled();
  const fail = (error: unknown): number => {
    log.fatal({ err: error }, 'failed');
    output.failed(errorCodeOf(error), errorFieldOf(error), errorMessageOf(error));
    return 1;
  };
  try {
    const lines = new LineReader(process.stdin);
    const line = await Promise.race([lines.next(MAX_LINE_OCTETS, 'MDT_LAUNCH'), stopped]);
    if (typeof line === 'string') return 0; // a signal, before there was anything to stop
    const launch = readLaunch(line, role.name);
    const service = new EntityService({ role, launch, output, log, connect });
    const running = service.run();
    const onRegtest = launch.network.name === 'regtest';
    void answerControls(lines, output, log, { clock: service.clock, declarations: service, onRegtest });
    await Promise.race([running, stopped.then((signal) => log.info({ signal }, 'stopping')), uncaught()]);
    await Promise.race([service.stop(), deadline(STOP_DEADLINE_MS)]);
    log.info('stopped');
    return 0;
  } catch (error) {
    return fail(error);
  }
}

/** Loading a client takes longer than listening does, so it comes after. */
async function connect({ backend, configuration }: Launch): Promise<Connected> {
  if ('relays' in backend) {
    const { RelayBackend } = await import('../chain/relays/relay-backend.ts');
    return { chain: new RelayBackend(backend.relays, configuration.chain) };
  }
  const node = (await import('../chain/rpc-node.ts')).connectNode(backend.rpc);
  return { chain: node, node };
}

async function signalled(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve);
  return promise;
}

/** Rejects with what nobody caught: a service that does not know its own state must not go on. */
async function uncaught(): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  process.on('uncaughtException', reject);
  process.on('unhandledRejection', reject);
  return promise;
}

async function deadline(milliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, milliseconds).unref();
  return promise;
}
