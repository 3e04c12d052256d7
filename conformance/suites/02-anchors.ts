/** Chapter 2.1, Payload: the OP_RETURN of a target's BIRTH, as bitcoind decodes the transaction. */
import { check, type Suite } from '../kit/check.ts';
import { equal, holds } from '../kit/expect.ts';
import { isHostHint, MARKER, pushedData } from '../oracle/payload.ts';
import { Refusal } from '../oracle/refusal.ts';
import { anchorsOf, birthOf, birthPayload, opReturns, payloadOf } from './anchor-view.ts';
import { hostedOf, text } from './hosted-view.ts';

const scenes = ['birth'] as const;
const ROLE_OCTET: Record<string, string> = { dta: '01', idp: '02', relay: '03' };

export const anchors: Suite = {
  chapter: '02-anchors-and-lineage',
  checks: [
    check(
      'MDT-ANC-001',
      'one',
      'the BIRTH has exactly one OP_RETURN output',
      { quote: 'exactly one output whose script begins with OP_RETURN', scenes },
      ({ seen }) => {
        equal(opReturns(birthOf(seen.birth)).length, 1, 'the number of OP_RETURN outputs');
      },
    ),
    check(
      'MDT-ANC-002',
      'push',
      'the script is one push in its shortest form',
      { quote: 'exactly one push of at most 80 octets in its shortest form', scenes },
      ({ seen, evidence }) => {
        birthOf(seen.birth);
        for (const tx of anchorsOf(seen.birth.descendants)) {
          const script = opReturns(tx)[0] ?? Buffer.alloc(0);
          evidence(`script of ${tx.txid}`, script.toString('hex'));
          holds(pushes(script), 'the script is not one push in its shortest form', {
            expected: '6a, a push opcode, at most 80 octets',
            got: script.toString('hex'),
          });
        }
      },
    ),
    check(
      'MDT-ANC-003',
      'marker',
      'the payload begins with the marker',
      { quote: 'MUST begin with the marker `4d696c6167726f20442d5441`', scenes },
      ({ seen }) => {
        equal(payloadOf(birthOf(seen.birth)).subarray(0, 12).toString('hex'), MARKER, 'the marker', 'payload offset 0');
      },
    ),
    check(
      'MDT-ANC-004',
      'version',
      'the payload version is 01',
      { quote: 'MUST be the payload version `01`', scenes },
      ({ seen }) => {
        equal(payloadOf(birthOf(seen.birth))[12], 1, 'the payload version', 'payload offset 12');
      },
    ),
    check(
      'MDT-ANC-005',
      'birth',
      'the BIRTH is role, digest and host hint',
      { quote: 'kind `01`, the role octet', scenes },
      ({ seen, world }) => {
        const payload = payloadOf(birthOf(seen.birth));
        holds(payload.length >= 47 && payload.length <= 80, 'the BIRTH has another length', {
          expected: '47 to 80 octets',
          got: payload.length,
        });
        equal(
          payload.subarray(14, 15).toString('hex'),
          ROLE_OCTET[world.target.manifest.role],
          'the role octet',
          'payload offset 14',
        );
      },
    ),
    check(
      'MDT-ANC-006',
      'host-hint',
      'the host hint is the host of the issuer',
      { quote: 'MUST be the host of `issuer`', scenes },
      ({ seen }) => {
        const issuer = text(hostedOf(seen.birth).record.issuer, '/issuer');
        const authority = /^https?:\/\/([^/?#]+)/.exec(issuer)?.[1] ?? '';
        equal(
          birthPayload(seen.birth).host_hint,
          isHostHint(authority) ? authority : '',
          'the host hint',
          'payload offset 47',
        );
      },
    ),
  ],
};

function pushes(script: Buffer): boolean {
  try {
    pushedData(script);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
