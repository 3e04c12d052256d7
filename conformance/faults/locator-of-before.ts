import type { Fault } from './fault.ts';
import { rewriteHosted } from './ways/hosted.ts';

/** Locators as they were first given, by transaction ID. */
const first = new Map<string, object>();

const fault: Fault = {
  id: 'locator-of-before',
  requirement: 'MDT-LOC-004',
  breaks: 'a locator is given out once and never anew',
  also: [
    { requirement: 'MDT-HST-008', reason: 'the metadata has the locator of the new branch' },
    { requirement: 'MDT-PRF-003', reason: 'the proof beside it is of the new branch, and a reader refuses the two' },
  ],
  replaces: rewriteHosted((hosted) => {
    const { locator } = hosted.anchor;
    if (!first.has(locator.txid)) first.set(locator.txid, locator);
    hosted.anchor.locator = first.get(locator.txid);
  }),
};

export default fault;
