/** The verification of an entity (spec 7.3): its steps in their order, and the verdict with the evidence of each. */
import type { HostedRecord, Verdict, VerdictSource } from '../../gen/schemas.ts';
import { MdtError } from '../errors.ts';
import { HeaderChain } from '../header-chain.ts';
import { bytesToHex } from '../hex.ts';
import { inForce, type Succession } from '../succession.ts';
import { alteredEntity } from './alteration.ts';
import { checkCanary, type CheckedCanary } from './canary-step.ts';
import { conclusion, verdictOf, type Findings } from './conclusion.ts';
import { checkAnchor, checkCheckpoint, checkDepth, checkTime } from './chain-steps.ts';
import { describeHeaders, earlierHeaders, NoHeaders, updateHeaders } from './header-steps.ts';
import { checkLineage, checkRetired, checkSuccessors, settledTip } from './lineage-steps.ts';
import {
  checkAllSignatures,
  checkDigests,
  checkPin,
  checkRecord,
  contradicts,
  fetchRecord,
  isExpected,
  readRecord,
  signedRecords,
} from './record-steps.ts';
import type { KnownEntity, VerificationPorts, VerificationRequest } from './request.ts';
import { StepRecord, type Evidence } from './step-record.ts';

/** What came out, with what a bundle is made of. */
export interface Verification {
  readonly verdict: Verdict;
  /** The hosted record as it was received. */
  readonly octets: Uint8Array | undefined;
  readonly chain: HeaderChain;
  /** The STATUSes, each with its envelope as text, where the canary was looked at. */
  readonly statuses?: readonly string[];
}

/**
 * Verifies the entity at `request.url`.
 * @param chain the reader's own, with what it has of headers already
 * @throws MdtError only where the reader's own checkpoint is wrong; whatever is wrong with the entity or a source is in the verdict
 */
export async function verifyEntity(
  request: VerificationRequest,
  ports: VerificationPorts,
  chain: HeaderChain = new HeaderChain(request.parameters, request.checkpoint),
): Promise<Verification> {
  const run = new Run(request, ports, chain);
  const verdict = await run.verdict();
  const { octets, statuses } = run;
  return { verdict, octets, chain, ...(statuses && { statuses }) };
}

class Run {
  readonly chain: HeaderChain;
  octets: Uint8Array | undefined;
  statuses: readonly string[] | undefined;
  readonly #request: VerificationRequest;
  readonly #ports: VerificationPorts;
  readonly #steps: StepRecord;
  readonly #findings: Findings = {};
  /** What the sources of headers gave, once they were asked. */
  #sources: readonly VerdictSource[] | undefined;
  /** Whether one of them answered. */
  #answered = false;
  #hosted: HostedRecord | undefined;
  /** Whether the signatures of the records have been verified. */
  #signed = false;

  constructor(request: VerificationRequest, ports: VerificationPorts, chain: HeaderChain) {
    this.#request = request;
    this.#ports = ports;
    this.#steps = new StepRecord(ports.canary !== undefined);
    this.chain = chain;
  }

  async verdict(): Promise<Verdict> {
    try {
      const retired = await this.#procedure();
      if (retired) return this.#conclude('RETIRED', new MdtError('MDT_RETIRED', 'the entity has ended'));
      if (this.#request.pins.length > 0) return await this.#alive();
      return this.#conclude('UNPINNED', new MdtError('MDT_UNPINNED', 'no entity_id is expected', { field: '--pin' }));
    } catch (error) {
      if (!(error instanceof MdtError)) throw error;
      const fault = (await this.#alteration(error)) ?? this.#unsigned(error) ?? error;
      return this.#conclude(this.#isTripped(fault) ? 'TRIPPED' : verdictOf(fault), fault);
    }
  }

  /** VERIFIED, or what the canary makes of it where it is asked for (spec 9.3). */
  async #alive(): Promise<Verdict> {
    const { canary, sources } = this.#ports;
    const { confirmations } = this.#request;
    const records = this.#hosted && signedRecords(this.#hosted);
    if (canary === undefined || records === undefined) return this.#conclude('VERIFIED');
    const now = Math.max(this.#request.now, this.chain.medianTimePast(this.chain.tip));
    let found: CheckedCanary | undefined;
    const fault = await this.#steps
      .run('canary', async (evidence) => {
        const reader = { now, chain: this.chain, sources, confirmations };
        found = await checkCanary(records, canary, reader, evidence);
        if (found.fault) throw found.fault;
      })
      .catch((error: unknown) => {
        if (error instanceof MdtError) return error;
        throw error;
      });
    if (!found) throw fault ?? new MdtError('MDT_INTERNAL', 'the canary was not looked at');
    this.statuses = found.texts;
    canary.remember(bytesToHex(records[0].digest), found.believed);
    return this.#conclude(found.state, fault ?? undefined);
  }

  /** A lineage that breaks, of an entity that is known, is one of the ways in which its canary dies (spec 9.3). */
  #isTripped({ code }: MdtError): boolean {
    const { entity_id: entity } = this.#findings;
    const isKnown = entity !== undefined && this.#ports.memory.recall(entity) !== undefined;
    return this.#ports.canary !== undefined && isKnown && code === 'MDT_LINEAGE_BROKEN';
  }

  /** Steps 1 to 13. Gives whether the entity has retired. */
  async #procedure(): Promise<boolean> {
    const [request, steps, chain] = [this.#request, this.#steps, this.chain];
    this.octets = await steps.run('fetch', async (evidence) => fetchRecord(this.#ports, request, evidence));
    const octets = this.octets;
    const hosted = await steps.run('read', (evidence) => readRecord(octets, evidence));
    this.#hosted = hosted;
    const records = await steps.run('record', (evidence) => checkRecord(hosted, request, evidence));
    if (!isExpected(records, request)) steps.skip('record');
    await steps.run('digest', (evidence) => checkDigests(hosted, records, evidence));
    await steps.run('signature', (evidence) => checkAllSignatures(hosted, records, evidence));
    this.#signed = true;
    const known = this.#known(bytesToHex(records[0].digest));
    await steps.run('pin', (evidence) => checkPin(records, request, known, evidence));
    this.#found(records);
    await this.#headers(hosted, records);
    const own = request.confirmations;
    const anchor = await steps.run('anchor', (evidence) => checkAnchor(hosted, records, chain, own, evidence));
    const policy = { own, record: (records.at(-2) ?? records[0]).record.policy.confirmations };
    await steps.run('depth', (evidence) => {
      const { height } = hosted.anchor.locator;
      this.#findings.confirmations = chain.confirmations(height);
      return checkDepth(height, policy, chain, evidence);
    });
    const bracket = await steps.run('time', (evidence) => checkTime(hosted, records, chain, evidence));
    Object.assign(this.#findings, bracket);
    const lineage = await steps.run('lineage', (evidence) =>
      checkLineage(hosted, records, anchor, chain, known, own, evidence),
    );
    if (records.length === 1) steps.skip('successors');
    else await steps.run('successors', (evidence) => checkSuccessors(records, lineage, chain, evidence));
    const ends = hosted.retirement !== undefined || lineage.links.at(-1)?.payload.kind === 'RETIRE';
    if (!ends) steps.skip('retirement');
    const retired =
      ends &&
      (await steps.run('retirement', (evidence) => checkRetired(hosted, records, lineage, chain, request, evidence)));
    if (request.pins.length > 0) this.#remember(records, settledTip(lineage, anchor, chain, own, known));
    return retired;
  }

  async #headers(hosted: HostedRecord, records: Succession): Promise<void> {
    await this.#steps.run('headers', async (evidence) => {
      await this.#update(evidence);
      await earlierHeaders(hosted, records, this.chain, this.#ports.sources);
      for (const { record, place } of records)
        checkCheckpoint(record.chain, this.chain, this.#request.confirmations, `${place}/birth_record/chain`);
    });
  }

  async #update(evidence: Evidence): Promise<void> {
    try {
      this.#sources = await updateHeaders(this.chain, this.#ports.sources, this.#request.now, evidence);
      this.#answered = true;
    } catch (error) {
      if (error instanceof NoHeaders) this.#sources = error.sources;
      throw error;
    }
  }

  /** What is known of the entity shown, or of an expected one that was last seen at this place. */
  #known(entityId: string): KnownEntity | undefined {
    const { pins } = this.#request;
    return this.#ports.memory.recall(entityId) ?? (pins.includes(entityId) ? undefined : this.#expected());
  }

  /** What is known of an expected entity that was last seen at this place. */
  #expected(): KnownEntity | undefined {
    const { pins, url } = this.#request;
    return pins.map((pin) => this.#ports.memory.recall(pin)).find((each) => each?.url === url);
  }

  /** Where a record is known, what comes without a signature says nothing about the entity (MDT-VER-102). */
  #unsigned(error: MdtError): MdtError | undefined {
    if (this.#signed || error.code === 'MDT_SOURCE' || this.#expected() === undefined) return undefined;
    return new MdtError('MDT_SOURCE', `not signed by the key that is known: ${error.message}`, {
      field: error.field,
      cause: error,
    });
  }

  /** Whatever else is wrong with a record: where the known key has signed it in the place of another, it is altered. */
  async #alteration(error: MdtError): Promise<MdtError | undefined> {
    const hosted = this.#hosted;
    const records = hosted && signedRecords(hosted);
    // Before a signature was seen MDT_SOURCE says that nothing came; after it, that headers do not tell something else.
    const decided = error.code === 'MDT_ALTERED' || (error.code === 'MDT_SOURCE' && !this.#signed);
    if (decided || hosted === undefined || records === undefined) return undefined;
    const known = this.#known(bytesToHex(records[0].digest));
    const contradiction = known && contradicts(records, known);
    if (contradiction === 'MDT_SOURCE') return undefined;
    const entity = contradiction === undefined ? await this.#alteredAnchored(hosted, records) : known?.entity_id;
    if (entity === undefined) return undefined;
    this.#findings.entity_id = entity;
    return new MdtError('MDT_ALTERED', 'its own key has signed another record than the one anchored', {
      field: '/birth_record',
      cause: error,
    });
  }

  /** The key is known from the anchor shown, once there are headers. */
  async #alteredAnchored(hosted: HostedRecord, records: Succession): Promise<string | undefined> {
    if (!isExpected(records, this.#request)) return undefined;
    try {
      if (this.#sources === undefined) await this.#update({});
      if (!this.#answered) return undefined;
      await earlierHeaders(hosted, records, this.chain, this.#ports.sources);
    } catch (failure) {
      if (failure instanceof MdtError) return undefined;
      throw failure;
    }
    return alteredEntity(hosted, records, this.chain, this.#request.confirmations);
  }

  #found(records: Succession): void {
    const { digest, record } = inForce(records);
    Object.assign(this.#findings, {
      entity_id: bytesToHex(records[0].digest),
      digest: bytesToHex(digest),
      role: record.role,
    });
  }

  #remember(records: Succession, tip: string): void {
    const { digest, key, record } = inForce(records);
    const entity_id = bytesToHex(records[0].digest);
    const url = record.services.birth_record; // that of a bundle is its saver's word
    this.#ports.memory.remember({ entity_id, digest: bytesToHex(digest), key: bytesToHex(key), url, tip });
  }

  #conclude(verdict: Verdict['verdict'], fault?: MdtError): Verdict {
    const sources = [...(this.#sources ?? [])];
    const headers = this.#answered ? describeHeaders(this.chain, sources, this.#request) : { sources };
    return conclusion(verdict, fault, {
      findings: this.#findings,
      headers,
      steps: this.#steps.steps,
      now: this.#request.now,
    });
  }
}
