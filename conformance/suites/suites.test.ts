import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { loadFaults } from '../faults/run.ts';
import { loadLedger } from '../kit/ledger.ts';
import { PROJECT } from '../kit/project.ts';
import { checkQuotes } from '../kit/quotes.ts';
import { SCENES } from '../world/scenes/index.ts';
import { SUITES } from './index.ts';

const ledger = loadLedger(join(PROJECT, 'spec'));
const checks = SUITES.flatMap((suite) => suite.checks.map((check) => ({ ...check, chapter: suite.chapter })));

/** Requirements whose breach a node of the chain does not let into its mempool, so that no target can show it. */
const KEPT_OUT_BY_THE_NODE = {
  'MDT-ANC-001': 'a second OP_RETURN output is not standard',
  'MDT-LIN-006': 'a high s is not standard',
  'MDT-LIN-007': 'the coin that the kit pays is native segwit, so no other can be spent',
  'MDT-LIN-011': 'below 1 sat/vB a transaction is not relayed',
  'MDT-LIN-013': 'dust is not standard',
};

describe('the suites', () => {
  it('quote the specification, and no two checks share an ID', () => checkQuotes(SUITES, ledger));

  it('stand in the chapter of their requirements', () => {
    for (const { id, requirement, chapter } of checks)
      assert.equal(ledger.requirements.get(requirement)?.chapter, chapter, id);
  });

  it('ask for scenes that there are', () => {
    for (const { id, scenes } of checks) {
      assert.ok(scenes.length > 0, id);
      for (const scene of scenes) assert.ok(scene in SCENES, `${id} asks for ${scene}`);
    }
  });

  it('stage no scene that nobody looks at', () => {
    const asked = new Set(checks.flatMap(({ scenes }) => [...scenes]));
    assert.deepEqual([...asked].sort(), Object.keys(SCENES).sort());
  });

  it('judge writers only: what a reader refuses is shown by vectors', () => {
    for (const { id, requirement } of checks) assert.equal(ledger.requirements.get(requirement)?.side, 'writer', id);
  });

  for (const [role, profiles] of Object.entries({
    dta: ['identity', 'status', 'log'],
    idp: ['identity', 'status', 'log', 'idp'],
    relay: ['identity', 'status', 'relay'],
  })) {
    it(`have a check of every requirement that binds the role ${role} in ${profiles.join(', ')}, but for what the prose calls untestable`, () => {
      const judged = new Set(checks.map(({ requirement }) => requirement));
      const open = [...ledger.requirements.values()].filter(
        ({ id, roles, profile, untestable }) =>
          roles.includes(role) && profiles.includes(profile) && untestable === undefined && !judged.has(id),
      );
      assert.deepEqual(
        open.map(({ id }) => id),
        [],
      );
    });
  }

  it('have no check of a requirement that the prose calls untestable', () => {
    const vain = checks.filter(({ requirement }) => ledger.requirements.get(requirement)?.untestable !== undefined);
    assert.deepEqual(
      vain.map(({ id }) => id),
      [],
    );
  });

  it('have a title that says the behaviour, in one line', () => {
    for (const { id, title } of checks) assert.match(title, /^[^\n]{8,100}$/, id);
  });

  it('are each broken by a fault, but for what the node keeps out and what no profile of the reference claims', async () => {
    const broken = new Set((await loadFaults()).map(({ requirement }) => requirement));
    const unbroken = new Set(
      checks
        .map(({ requirement }) => requirement)
        .filter((id) => ledger.requirements.get(id)?.profile === 'identity' && !broken.has(id)),
    );
    assert.deepEqual([...unbroken], Object.keys(KEPT_OUT_BY_THE_NODE));
  });
});
