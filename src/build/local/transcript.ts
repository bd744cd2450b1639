import type { PlannedStep } from '../../plan/plan.ts';
import type { Monitor } from '../monitor.ts';
import type { StepTime } from './store.ts';

/** How many lines of a failed step's output are worth showing. */
const TAIL_LINES = 50;

const MARK = /^::bake (start|end) (\S+)(?: (\d+))?$/;

/** What a line of `provision.sh` says of a step: that it starts, or that it has ended after so many milliseconds. */
export function readMark(
  line: string,
): { readonly what: 'start' | 'end'; readonly stepId: string; readonly ms: number } | undefined {
  const [, what, stepId = '', ms = '0'] = MARK.exec(line) ?? [];
  return what === undefined ? undefined : { what: what === 'start' ? what : 'end', stepId, ms: Number(ms) };
}

/** The steps that a run is to go through, and where they stand in the whole build. */
export interface Course {
  readonly layer: string;
  readonly steps: readonly PlannedStep[];
  readonly firstNumber: number;
  readonly of: number;
}

/** Reads what `provision.sh` prints: `::bake start ID`, `::bake end ID MS`, and the output between. */
export class Transcript {
  /** The step that was started last and has not ended. */
  failed: PlannedStep | undefined;
  /** The last lines of the last started step. */
  tail: string[] = [];
  readonly times: StepTime[] = [];
  private readonly course: Course;
  private readonly monitor: Monitor;
  private linesRead = 0;
  private isComplete = false;

  constructor(course: Course, monitor: Monitor) {
    this.course = course;
    this.monitor = monitor;
  }

  /** Takes a line as it appears. */
  readonly live = (line: string): void => {
    if (this.isComplete) return;
    this.linesRead += 1;
    this.read(line);
  };

  /** Takes all that was printed: the last lines may come only after the run has ended, or not at all. */
  complete(output: string): void {
    this.isComplete = true;
    if (output !== '')
      output
        .split('\n')
        .slice(this.linesRead)
        .forEach((line) => this.read(line));
  }

  /** A script that exits with 0 has gone through every step in order; anything else is our bug. */
  assertComplete(): void {
    const expected = this.course.steps.map((step) => step.id).join(' ');
    const ended = this.times.map((time) => time.stepId).join(' ');
    if (ended !== expected) {
      throw new Error(`provision.sh --layer ${this.course.layer} ended steps [${ended}], not [${expected}]`);
    }
  }

  private read(line: string): void {
    const mark = readMark(line);
    const step = mark && this.course.steps.find((candidate) => candidate.id === mark.stepId);
    if (mark === undefined || step === undefined) {
      this.tail.push(line);
      if (this.tail.length > TAIL_LINES) this.tail.shift();
      this.monitor({ event: 'output', line });
      return;
    }
    const { id: stepId, title, origin } = step;
    const place = { n: this.course.firstNumber + this.times.length, of: this.course.of, title, stepId };
    if (mark.what === 'start') {
      this.failed = step;
      this.tail = [];
      this.monitor({ event: 'step-start', ...place, origin });
    } else {
      this.failed = undefined;
      this.times.push({ stepId, ms: mark.ms });
      this.monitor({ event: 'step-end', ...place, ms: mark.ms });
    }
  }
}
