/** What an entity shows at the moment, to HTTP and gRPC alike: nothing before its BIRTH is deep enough (MDT-HST-006). */
import { METADATA_PATHS } from '../core/birth-record.ts';
import { MdtError } from '../core/errors.ts';
import type { Resource } from '../runtime/http-host.ts';
import { represent, type Representation } from '../runtime/representation.ts';
import type { HealthDocument } from './health.ts';
import type { Publication } from './publication.ts';
import type { EntityRole } from './secrets.ts';

interface Shown {
  readonly publication: Publication;
  readonly record: Representation;
  /** Where the record alone says it: of a D-TA. */
  readonly metadata?: Representation;
}

export class Showcase {
  #shown: Shown | undefined;
  #makeMetadata: (() => Representation) | undefined;

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

  /** From now on metadata come from here, once there is a record. */
  madeBy(make: (() => Representation) | undefined): void {
    this.#makeMetadata = make;
  }

  /** @throws MdtError MDT_NOT_READY, MDT_NOT_FOUND where the entity has none */
  readonly metadata = (): Representation => {
    const { metadata = this.#makeMetadata?.() } = this.#now();
    if (metadata) return metadata;
    throw new MdtError('MDT_NOT_FOUND', 'this entity has no metadata');
  };

  resources(role: EntityRole, health: () => HealthDocument): Resource[] {
    return [
      { path: '/.well-known/milagro-birth-record', read: () => this.#now().record },
      ...(role === 'relay' ? [] : [{ path: METADATA_PATHS[role], read: this.metadata }]),
      { path: '/milagro/v1/health', read: () => represent(Buffer.from(JSON.stringify(health()))) },
    ];
  }

  #now(): Shown {
    if (this.#shown) return this.#shown;
    throw new MdtError('MDT_NOT_READY', 'the BIRTH is not deep enough yet');
  }
}
