import type { PlannedStep } from '../../plan/plan.ts';
import { readPackage, type ToldPackage } from '../../packer/events.ts';
import type { StepTime } from '../local/store.ts';
import { readMark } from '../local/transcript.ts';
import type { Monitor } from '../monitor.ts';

/** How many lines of a failed stage's output are worth showing. */
const TAIL_LINES = 50;

/** Where the stages of one of Packer's builds stand in the whole. */
export interface CourseFacts {
  /** Packer's builder: `qemu`. */
  readonly builder: string;
  /** What the machine goes through, sealing last; empty for builders that write a disk. */
  readonly steps: readonly PlannedStep[];
  readonly firstNumber: number;
  readonly of: number;
  /** Whether other builds run beside it, so that titles have to say which one is meant. */
  readonly isOneOfSeveral: boolean;
}

/** How many stages a build has: those of {@link Course}. */
export const stageCount = (steps: readonly unknown[]): number => steps.length + (steps.length > 0 ? 3 : 1);

interface Stage {
  readonly title: string;
  readonly step?: PlannedStep;
  readonly since: number;
}

/**
 * One of Packer's builds as our steps: the machine is started, goes through the plan's steps, is checked, is sealed, becomes an image.
 * Where one ends and the next begins is told by what provision.sh and seal.sh print, never by Packer's own words.
 */
export class Course {
  readonly times: StepTime[] = [];
  readonly packages: ToldPackage[] = [];
  /** The last lines of what is being done, or was when it failed. */
  tail: string[] = [];
  /** Why Packer says that it failed. */
  reason: string | undefined;
  private readonly facts: CourseFacts;
  private readonly monitor: Monitor;
  private readonly now: () => number;
  private number: number;
  private stage: Stage | undefined;

  constructor(facts: CourseFacts, monitor: Monitor, now: () => number) {
    this.facts = facts;
    this.monitor = monitor;
    this.now = now;
    this.number = facts.firstNumber;
  }

  get builder(): string {
    return this.facts.builder;
  }

  /** What is being done, or was when it failed. */
  get current(): Pick<Stage, 'title' | 'step'> | undefined {
    return this.stage;
  }

  begin(): void {
    this.enter(this.facts.steps.length > 0 ? 'start a machine' : 'write the image to a disk');
  }

  /** Takes a line that this build has printed. */
  read(line: string): void {
    const mark = readMark(line);
    const step = mark && this.facts.steps.find(({ id }) => id === mark.stepId);
    if (mark && step) {
      if (mark.what === 'start') this.enter(step.title, step);
      else this.finish(step, mark.ms);
      return;
    }
    const told = readPackage(line);
    if (told === undefined) {
      this.tail.push(line);
      if (this.tail.length > TAIL_LINES) this.tail.shift();
      this.monitor({ event: 'output', line });
    } else if (told !== 'not installed') this.packages.push(told);
  }

  /** Packer has ended well. A build that ends so has gone through every step in order; anything else is our bug. */
  end(): void {
    const expected = this.facts.steps.map(({ id }) => id).join(' ');
    const ended = this.times.map(({ stepId }) => stepId).join(' ');
    if (ended !== expected)
      throw new Error(`Packer’s build ${this.builder} ended steps [${ended}], not [${expected}]`);
    this.leave();
  }

  private finish(step: PlannedStep, ms: number): void {
    this.times.push({ stepId: step.id, ms });
    this.leave(ms);
    const left = this.facts.steps.length - this.times.length;
    if (left === 1) this.enter('check the machine');
    if (left === 0) this.enter('make the image');
  }

  private enter(title: string, step?: PlannedStep): void {
    this.leave();
    this.tail = [];
    this.stage = { title, since: this.now(), ...(step ? { step } : {}) };
    this.monitor({
      event: 'step-start',
      ...this.place(this.stage),
      ...(step ? { origin: step.origin } : {}),
    });
  }

  private leave(ms?: number): void {
    if (!this.stage) return;
    const told = { ...this.place(this.stage), ms: ms ?? this.now() - this.stage.since };
    this.stage = undefined;
    this.number += 1;
    this.monitor({ event: 'step-end', ...told });
  }

  private place({ title, step }: Stage) {
    const { of, builder, isOneOfSeveral } = this.facts;
    return {
      n: this.number,
      of,
      title: isOneOfSeveral ? `${builder}: ${title}` : title,
      ...(step ? { stepId: step.id } : {}),
    };
  }
}
