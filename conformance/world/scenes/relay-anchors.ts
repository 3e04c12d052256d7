/** What lies in the chain when a relay is asked for anchors: lineages of the kit, and what only claims to be of one. */
import { opReturn } from '../relay/transaction-builder.ts';
import { KitAnchors, type Made } from '../relay/kit-anchors.ts';
import { payloads } from '../relay/payloads.ts';
import type { World } from '../world.ts';

/** Coins that the anchors are made of. */
const COINS = 30;

/** What was made, by name; names of one lineage begin with its letter. */
export interface StagedAnchors {
  readonly made: Readonly<Record<string, Made>>;
  /** `entity_id` of each lineage, by letter. A and B have the same. */
  readonly entities: Readonly<Record<string, string>>;
  /** BIRTH of the lineage that each is a member of, both by name. What is missing is a member of none. */
  readonly members: Readonly<Record<string, string>>;
  /** Names of those that are no anchors at all. */
  readonly others: readonly string[];
  readonly anchors: KitAnchors;
}

/** Puts all of it into the chain, in six blocks of which the last but one holds a transaction that no node relays. */
export async function stageAnchors({
  chain,
  regtest,
  random,
}: Pick<World, 'chain' | 'regtest' | 'random'>): Promise<StagedAnchors> {
  const { rpc } = chain;
  const kit = await KitAnchors.create(rpc, regtest, random.octets('key of the anchors around a relay'), COINS);
  const id = (label: string): string => random.hex(`digest ${label}`, 32);
  const entities = { A: id('A'), B: id('A'), C: id('C'), D: id('D'), E: id('E'), F: id('F') };
  const of = (label: string, entity: string): { digest: string; entity: string } => ({ digest: id(label), entity });
  const made: Record<string, Made> = {};
  const { A, C, D, E, F } = entities;

  const bornA = (made['A birth'] = await kit.anchor(payloads.birth(A, 'a.example')));
  const statusA = (made['A status'] = await kit.anchor(payloads.status(of('A status', A)), bornA.coin));
  // Whoever has seen A's record can anchor its digest as well.
  const bornB = (made['B birth'] = await kit.anchor(payloads.birth(A)));
  const bornC = (made['C birth'] = await kit.anchor(payloads.birth(C)));
  made['signature'] = await kit.anchor(payloads.patSignature(`${id('r')}${id('s')}`));
  await regtest.mine(4);

  const successorA = (made['A successor'] = await kit.anchor(payloads.successor(of('A successor', A)), statusA.coin));
  made['B status'] = await kit.anchor(payloads.status(of('B status', A)), bornB.coin);
  const endC = (made['C foreign spend'] = await kit.send([{ sat: 1_000, script: kit.key.script }], bornC.coin));
  const bornD = (made['D birth'] = await kit.anchor(payloads.birth(D)));
  const bornF = (made['F birth'] = await kit.anchor(payloads.birth(F)));
  made['A impostor'] = await kit.anchor(payloads.status(of('A impostor', A)));
  const others = {
    'another kind': opReturn(payloads.other('20', id('x').repeat(2))),
    'an experimental kind': opReturn(payloads.other('81', id('y'))),
    'another length': opReturn(payloads.status(of('short', A)).subarray(0, 77)),
    'another marker': opReturn(Buffer.concat([Buffer.from('N'), payloads.status(of('marker', A)).subarray(1)])),
    'a longer push': longer(payloads.birth(A)),
  };
  for (const [name, script] of Object.entries(others)) made[name] = await kit.send([{ sat: 0, script }]);
  await regtest.mine(1);

  const rootA = (made['A root'] = await kit.anchor(payloads.activityRoot(of('A root', A)), successorA.coin));
  made['C afterwards'] = await kit.anchor(payloads.status(of('C afterwards', C)), endC.coin);
  made['D speaks for A'] = await kit.anchor(payloads.status(of('D', A)), bornD.coin);
  const bornE = (made['E birth'] = await kit.anchor(payloads.birth(E)));
  const successorE = (made['E successor'] = await kit.anchor(payloads.successor(of('E successor', E)), bornE.coin));
  const sideways = (made['F sideways'] = await kit.anchor(payloads.status(of('F', F)), kit.coin(), bornF.coin));
  await regtest.mine(1);

  const retiredE = (made['E retire'] = await kit.anchor(payloads.retire(of('E retire', E)), successorE.coin));
  made['F afterwards'] = await kit.anchor(payloads.status(of('F afterwards', F)), sideways.coin);
  made['batch'] = await kit.anchor(payloads.patBatch(id('root'), 3));
  await regtest.mine(1);

  made['E afterwards'] = await kit.anchor(payloads.status(of('E afterwards', E)), retiredE.coin);
  const twice = { sat: 0, script: opReturn(payloads.birth(id('twice'))) };
  made['two at once'] = await kit.make([twice, twice]);
  const { descriptor } = await rpc.call<{ descriptor: string }>('getdescriptorinfo', ['raw(51)']);
  await rpc.call('generateblock', [descriptor, [made['two at once'].hex]]);
  made['A latest'] = await kit.anchor(payloads.status(of('A latest', A)), rootA.coin);
  await regtest.mine(1);

  const members = Object.fromEntries(
    ['A birth', 'A status', 'A successor', 'A root', 'A latest', 'B birth', 'B status', 'C birth', 'D birth']
      .concat('E birth', 'E successor', 'E retire', 'F birth')
      .map((name) => [name, `${name.slice(0, 1)} birth`]),
  );
  return { made, entities, members, others: [...Object.keys(others), 'C foreign spend', 'two at once'], anchors: kit };
}

/** OP_PUSHDATA1 for what a direct push would hold. */
function longer(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x6a, 0x4c, data.length]), data]);
}
