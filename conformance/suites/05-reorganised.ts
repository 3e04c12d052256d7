/** Chapter 5 when the chain is reorganised: locators and proofs are of the branch that is active now. */
import { check, type Suite } from '../kit/check.ts';
import { equal, Untestable } from '../kit/expect.ts';
import { HostedView } from './hosted-view.ts';

export const reorganisedProofs: Suite = {
  chapter: '05-locators-and-proofs',
  checks: [
    check(
      'MDT-LOC-004',
      'moved',
      'the locator names the block that the BIRTH is in after a reorganisation',
      { quote: 'MUST be issued anew when the anchor that it names moves', scenes: ['reorganised'] },
      ({ seen }) => {
        const moved = seen.reorganised.reorganisations.filter(
          ({ tookBirth, birth }) => tookBirth && birth !== undefined,
        );
        if (moved.length === 0) throw new Untestable('no BIRTH was taken out and came back');
        for (const { record, birth, depth } of moved) {
          const { locator } = new HostedView(record);
          const { block_hash, height, tx_index, txid } = locator;
          equal(
            { block_hash, height, tx_index, txid },
            {
              block_hash: birth?.block?.hash,
              height: birth?.block?.height,
              tx_index: birth?.block?.index,
              txid: birth?.txid,
            },
            `the locator after a reorganisation of ${String(depth)} blocks`,
            '/anchor/locator',
          );
        }
      },
    ),
    check(
      'MDT-PRF-005',
      'reorganised',
      'the headers that follow are those of the branch that is active now',
      { quote: 'headers that follow `header` in the active chain', scenes: ['reorganised'] },
      ({ seen }) => {
        const found = seen.reorganised.reorganisations.filter(({ birth }) => birth !== undefined);
        if (found.length === 0) throw new Untestable('its chain was never reorganised');
        for (const { record, following, depth } of found) {
          const { proof } = new HostedView(record);
          equal(
            proof.following_headers,
            following,
            `following_headers after a reorganisation of ${String(depth)} blocks`,
            '/anchor/proof/following_headers',
          );
        }
      },
    ),
  ],
};
