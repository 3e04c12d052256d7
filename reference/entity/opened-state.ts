/** Opening what an entity keeps, or making it where there is nothing yet. */
import { randomBytes } from 'node:crypto';
import { hexToBytes } from '@noble/hashes/utils.js';
import { Activity } from '../log/activity.ts';
import type { Disk } from '../log/disk.ts';
import type { Clock } from '../runtime/clock.ts';
import type { DataDirectory } from '../runtime/data-directory.ts';
import { Entropy, type RandomSource } from '../runtime/entropy.ts';
import type { Launch } from '../runtime/launch.ts';
import type { Logger } from '../runtime/log.ts';
import { SealedFile } from '../runtime/sealed-file.ts';
import { checkAgainstRecord, readOfflineKeys } from './identity.ts';
import { checkImported, makeSecrets } from './secrets.ts';
import { EntityState } from './state.ts';

const STATE_FILE = 'state.sealed';

export interface OpenedState {
  readonly state: EntityState;
  /** Whether the first anchor key may have been paid before this process was started. */
  readonly olderKey: boolean;
  /** What further keys are made of. */
  readonly entropy: Entropy;
  readonly activity: Activity;
}

interface Parts {
  readonly launch: Launch;
  readonly log: Logger;
  readonly randomSource?: RandomSource;
  readonly disk?: Disk;
}

/** @throws MdtError MDT_STATE; MDT_ENTROPY; MDT_LAUNCH where the entity is another than the configuration says */
export async function openState(directory: DataDirectory, parts: Parts, clock: Clock): Promise<OpenedState> {
  const opened = await openSealed(directory, parts);
  const { log, status } = opened.state.secrets;
  const keys = {
    ...(log !== undefined && { log: hexToBytes(log) }),
    ...(status !== undefined && { status: hexToBytes(status) }),
  };
  return { ...opened, activity: await Activity.open(directory, keys, clock, opened.state, parts.disk) };
}

async function openSealed(
  directory: DataDirectory,
  { launch, log, randomSource }: Parts,
): Promise<Omit<OpenedState, 'activity'>> {
  const { passphrase, import_secrets: imported = {} } = launch.configuration;
  const entropy = new Entropy(randomSource ?? randomBytes);
  const { file, content } = await SealedFile.open(directory, STATE_FILE, passphrase, entropy);
  if (content === undefined) {
    const state = EntityState.create(
      file,
      makeSecrets(launch.configuration.role, entropy, imported, readOfflineKeys(launch)),
    );
    log.info('keys made and kept');
    return { state, olderKey: imported.anchor !== undefined, entropy };
  }
  const state = EntityState.read(file, content);
  const [first, ...successors] = state.writtenRecords();
  checkImported(state.secrets, imported, first?.keys);
  const newest = successors.at(-1) ?? first;
  if (newest) checkAgainstRecord(launch.configuration, newest);
  log.info({ records: state.records.length, anchors: state.documents.length }, 'state opened');
  return { state, olderKey: true, entropy };
}
