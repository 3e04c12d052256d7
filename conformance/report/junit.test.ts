import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { RunEvent } from '../../reference/gen/schemas.ts';
import { renderJunit } from './junit.ts';
import { failingRun, hostileRun, LEDGER, sampleRun } from './sample-run.ts';
import { summarise } from './summarise.ts';

interface Node {
  tag: string;
  attributes: Record<string, string>;
  text: string;
  children: Node[];
}

/** Read by Expat, the parser under Python's xml.etree: another's judgement of what is XML. */
function parsed(xml: string): Node {
  const script = `
import sys, json, xml.etree.ElementTree as tree
def node(e): return {'tag': e.tag, 'attributes': e.attrib, 'text': e.text or '', 'children': [node(c) for c in e]}
print(json.dumps(node(tree.fromstring(sys.stdin.buffer.read()))))`;
  const { status, stdout, stderr, error } = spawnSync('python3', ['-c', script], {
    input: xml,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.ok(error === undefined, 'this test needs python3');
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Node;
}

const junit = (events: readonly RunEvent[]): Node => parsed(renderJunit(summarise(events, LEDGER)));
const cases = (root: Node): Node[] => root.children.flatMap(({ children }) => children);

describe('the JUnit report', () => {
  it('is one test case for each check, in a suite for each chapter, with counts that are right', () => {
    const events = sampleRun({
      checks: [
        { requirement: 'MDT-ANC-003', outcome: 'fail', message: 'differs' },
        { requirement: 'MDT-ANC-004', outcome: 'error', message: 'TypeError' },
        { requirement: 'MDT-ANC-005', outcome: 'untestable', message: 'no node' },
        { requirement: 'MDT-ANC-006', outcome: 'not claimed', message: 'no clock' },
        { requirement: 'MDT-ANC-007', outcome: 'warn', message: 'better not' },
      ],
    });
    const report = summarise(events, LEDGER);
    const root = junit(events);
    assert.equal(root.tag, 'testsuites');
    assert.equal(cases(root).length, report.checks.length);
    const { tests, failures, errors, skipped } = root.attributes;
    assert.deepEqual([tests, failures, errors, skipped], [String(report.checks.length), '2', '1', '1']);
    for (const suite of root.children) {
      const of = (tag: string): string =>
        String(suite.children.filter(({ children }) => children.some((child) => child.tag === tag)).length);
      const { tests: all, failures: failed, errors: broken, skipped: left } = suite.attributes;
      assert.deepEqual(
        [all, failed, broken, left],
        [String(suite.children.length), of('failure'), of('error'), of('skipped')],
      );
    }
  });

  it('says of a failure what was expected, what came and how to run it again', () => {
    const failed = cases(junit(failingRun())).find(({ children }) => children[0]?.tag === 'failure');
    assert.equal(failed?.attributes['name'], 'MDT-ANC-003/sample looks at MDT-ANC-003');
    assert.equal(failed?.attributes['classname'], '02-anchors-and-lineage.MDT-ANC-003');
    const [failure] = failed?.children ?? [];
    assert.equal(failure?.attributes['message'], 'the marker differs');
    assert.match(
      failure?.text ?? '',
      /expected: 4d69.*\ngot: 444f.*\nfield: \/marker\nrerun: milagro-trust certify --only MDT-ANC-003\/marker/,
    );
  });

  it('stays XML whatever a target writes, and hides nothing of it', () => {
    const root = junit(hostileRun());
    const failure = cases(root)
      .flatMap(({ children }) => children)
      .find(({ tag }) => tag === 'failure');
    assert.match(failure?.attributes['message'] ?? '', /^<script>globalThis\.pwned=1<\/script>.*\]\]>&amp;"'\\x1b\[2J/);
    assert.ok((failure?.text.length ?? 0) < 20_000);
  });

  it('is red for a run that has no check at all', () => {
    const root = junit(
      sampleRun({ chain: 'none', end: { exit: 3, verdict: 'no verdict', reason: 'no way to a bitcoind' } }),
    );
    const [only] = cases(root);
    assert.deepEqual(
      [cases(root).length, only?.children[0]?.tag, only?.children[0]?.attributes['message']],
      [1, 'error', 'no way to a bitcoind'],
    );
  });

  it('is green for a certified run', () => {
    for (const { children } of cases(junit(sampleRun()))) assert.deepEqual(children, []);
  });
});
