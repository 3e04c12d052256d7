/**
 * What a machine that signs STATUSes signed last, in a file beside its key. Two statements of one number trip a canary for
 * ever (spec 9.3), and the request that is to be signed comes from a machine that may show an old one.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnvelope } from '../core/document-octets.ts';
import { MdtError } from '../core/errors.ts';
import { validate } from '../core/schema.ts';
import type { HostedStatus } from '../gen/schemas.ts';

const MAX_OCTETS = 65_536;

export class SignedLast {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Refuses to go on from an older STATUS than the one signed here last, of the same entity.
   * @param newest of the request
   * @throws MdtError MDT_STATUS_SEQ
   */
  expectNewest(entityId: string, newest: HostedStatus | undefined): void {
    const last = this.#read();
    if (last?.status.entity_id !== entityId) return;
    const isLater = newest !== undefined && newest.status.seq > last.status.seq;
    if (isLater || newest?.sha256 === last.sha256) return;
    throw new MdtError(
      'MDT_STATUS_SEQ',
      `STATUS ${last.status.seq} was signed here and is not in the request: deliver ${this.#path} first`,
      { field: '/newest' },
    );
  }

  /** Before anybody is shown it. */
  keep(hosted: HostedStatus): void {
    const unfinished = `${this.#path}.new`;
    writeFileSync(unfinished, `${JSON.stringify(hosted)}\n`, { mode: 0o600, flush: true });
    renameSync(unfinished, this.#path);
  }

  #read(): HostedStatus | undefined {
    if (!existsSync(this.#path)) return undefined;
    return validate('hosted-status', parseEnvelope(readFileSync(this.#path), MAX_OCTETS));
  }
}
