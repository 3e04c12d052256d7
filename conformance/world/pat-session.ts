/** A client under test: asked in lines of JSON, one question at a time. One that ends or does not answer is started again for the next. */
import type { PatAnswer, PatRequest, TargetLine } from '../../reference/gen/schemas.ts';
import type { EventStream } from '../kit/events.ts';
import { SecretWatch } from '../kit/secrets.ts';
import { TargetProcess } from '../kit/target-process.ts';
import type { Target } from '../kit/manifest.ts';

const ANSWER_MS = 10_000;
const STOP_MS = 2_000;
/** Each costs the time that an answer may take. */
const MAX_LOST = 5;
const SCENE = 'questions';

export interface Asked {
  readonly answer?: PatAnswer;
  /** What came in place of an answer, in words. */
  readonly instead?: string;
}

export class PatSession {
  /** Whether it has answered anything at all; if not, what came in place of an answer. */
  hasAnswered = false;
  silence: string | undefined;
  readonly #target: Target;
  readonly #events: EventStream;
  readonly #secrets = new SecretWatch([]);
  readonly overLimits: string[] = [];
  #life: TargetProcess | undefined;
  #asked = 0;
  /** How many lines its life has written when each question has had one answer. */
  #expected = 0;
  #lost = 0;
  #queue: Promise<unknown> = Promise.resolve();

  readonly #answerMs: number;

  constructor(target: Target, events: EventStream, answerMs: number = ANSWER_MS) {
    this.#answerMs = answerMs;
    this.#target = target;
    this.#events = events;
  }

  /** Questions wait for each other: an answer is never late because of another. */
  ask(request: Omit<PatRequest, 'id'>): Promise<Asked> {
    const asked = this.#queue.then(() => this.#ask(request));
    this.#queue = asked.catch(() => undefined);
    return asked;
  }

  async close(): Promise<void> {
    await this.#end();
  }

  async #ask(request: Omit<PatRequest, 'id'>): Promise<Asked> {
    // One that has never answered is not waited for question by question.
    if (!this.hasAnswered && this.silence !== undefined) return { instead: this.silence };
    const over = this.#givenUp();
    if (over !== undefined) return { instead: over };
    const id = `q${String(++this.#asked)}`;
    const text = JSON.stringify({ id, ...request });
    const life = this.#open(text);
    const isAnswer = (line: unknown): line is PatAnswer & TargetLine => (line as PatAnswer).id === id;
    const found = await life.line(isAnswer, this.#answerMs);
    if (found) {
      this.hasAnswered = true;
      this.#expected++;
      return { answer: found.line };
    }
    const bad = life.badLines.at(-1);
    const instead = life.exit
      ? `it ended (${life.exit.overLimit ?? life.exit.signal ?? `status ${String(life.exit.code)}`})`
      : bad
        ? `${bad.text} (${bad.fault.field} ${bad.fault.message})`
        : `nothing within ${String(this.#answerMs)} ms`;
    this.#lost++;
    this.silence ??= `its first question was answered by: ${instead}`;
    await this.#end();
    return { instead };
  }

  /** Why it is asked nothing more: what it has done would only cost time again. */
  #givenUp(): string | undefined {
    const life = this.#life;
    const [bad] = life?.badLines ?? [];
    if (this.overLimits[0] !== undefined) return this.overLimits[0];
    if (this.#lost >= MAX_LOST) return `${String(MAX_LOST)} questions were not answered, and no more were asked`;
    if (bad) return `a line that is no answer: ${bad.text} (${bad.fault.field} ${bad.fault.message})`;
    if (life && life.lineCount > this.#expected)
      return 'a question was answered more than once, or nobody had asked it';
    return undefined;
  }

  #open(line: string): TargetProcess {
    const life = this.#life;
    if (life && !life.exit) {
      life.writeLine(line);
      return life;
    }
    this.#life = new TargetProcess(this.#target, line, this.#secrets, (stream, text) => {
      this.#events.emit({ type: 'target_line', scene: SCENE, stream, text: text.slice(0, 4_000) });
    });
    return this.#life;
  }

  async #end(): Promise<void> {
    const exit = await this.#life?.stop('SIGTERM', STOP_MS);
    if (exit?.overLimit !== undefined) this.overLimits.push(`${exit.overLimit}, while it was asked`);
    this.#life = undefined;
    this.#expected = 0;
  }
}
