/** What an entity shows at the moment, to HTTP and gRPC alike: nothing before its BIRTH is deep enough (MDT-HST-006). */
import { MdtError } from '../core/errors.ts';
import type { Resource } from '../runtime/http-host.ts';
import { represent, type Representation } from '../runtime/representation.ts';
import type { HealthDocument } from './health.ts';
import type { Publication } from './publication.ts';
import type { EntityRole } from './secrets.ts';

interface Shown {
  readonly publication: Publication;
  readonly record: Representation;
  /** Of a D-TA. */
  readonly metadata?: Representation;
}

export class Showcase {
  #shown: Shown | undefined;

  /** @throws MdtError MDT_NOT_READY */
  readonly current = (): Publication => this.#now().publication;

  get publication(): Publication | undefined {
    return this.#shown?.publication;
  }

  show(publication: Publication): void {
    const { hostedOctets, metadataOctets } = publication;
    this.#shown = {
      publication,
      record: represent(hostedOctets),
      ...(metadataOctets && { metadata: represent(metadataOctets) }),
    };
  }

  /** After a reorganisation that took the BIRTH. */
  withdraw(): void {
    this.#shown = undefined;
  }

  resources(role: EntityRole, health: () => HealthDocument): Resource[] {
    return [
      { path: '/.well-known/milagro-birth-record', read: () => this.#now().record },
      ...(role === 'dta' ? [{ path: '/.well-known/milagro-dta', read: () => this.#metadata() }] : []),
      { path: '/milagro/v1/health', read: () => represent(Buffer.from(JSON.stringify(health()))) },
    ];
  }

  #metadata(): Representation {
    const { metadata } = this.#now();
    if (metadata) return metadata;
    throw new MdtError('MDT_NOT_FOUND', 'this entity has no metadata');
  }

  #now(): Shown {
    if (this.#shown) return this.#shown;
    throw new MdtError('MDT_NOT_READY', 'the BIRTH is not deep enough yet');
  }
}
