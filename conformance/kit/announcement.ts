/** The first event of a run: what is certified against what, by which kit, and how it was asked for. */
import { relative } from 'node:path';
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { canonicalOctets, sha256 } from '../oracle/digest.ts';
import { presentId, type Ledger } from './ledger.ts';
import { VERSION } from './project.ts';
import type { RunOptions } from './run-options.ts';
import { renamedIn, type Selection } from './selection.ts';

type Announcement = Omit<Extract<RunEvent, { type: 'run_started' }>, 'seq' | 'at' | 'started'>;

export function announcement(options: RunOptions, ledger: Ledger, { suites, narrowed }: Selection): Announcement {
  const { target, seed } = options;
  const { name, version, vendor, role, mode, claims, known_failing: knownFailing = [] } = target.manifest;
  const listed = knownFailing.map(({ id }) => id);
  const renamed = renamedIn(ledger, [...(options.only ?? []), ...listed]);
  return {
    type: 'run_started',
    kit: VERSION,
    revision: ledger.revision,
    seed,
    target: {
      name,
      ...(version !== undefined && { version }),
      ...(vendor !== undefined && { vendor }),
      role,
      mode,
      profiles: claims.profiles,
      features: claims.features ?? [],
    },
    selected: suites.flatMap(({ checks }) => checks.map(({ id }) => id)),
    narrowed,
    manifest: {
      path: relative(process.cwd(), target.path),
      sha256: sha256(canonicalOctets(target.manifest)).toString('hex'),
    },
    known_failing: listed.map((id) => presentId(ledger, id)),
    ...(renamed.length > 0 && { renamed }),
    options: settings(options),
  };
}

function settings({ chain, only, profiles, allowKnownFailing, bail, shard }: RunOptions): Announcement['options'] {
  return {
    chain: chain.way ?? 'auto',
    ...(chain.bitcoind !== undefined && { bitcoind: chain.bitcoind }),
    ...(chain.image !== undefined && { chain_image: chain.image }),
    ...(only && { only: [...only] }),
    ...(profiles && { profiles: [...profiles] }),
    allow_known_failing: allowKnownFailing ?? false,
    bail: bail ?? false,
    ...(shard && { shard }),
  };
}
