import { describeError } from "@winvm/runtime";

/** What a pool keeps ready: something that can be used once, and may end by itself. */
export interface PoolMember extends AsyncDisposable {
  readonly ended: Promise<unknown>;
}

/** How a {@link Pool} works. */
export interface PoolPlan<Member extends PoolMember> {
  /** How many are to be ready. */
  readonly size: number;
  /**
   * Milliseconds without a use after which it gives up what it holds, until the next use; from when it is full for the first
   * time, or is used.
   */
  readonly idleMs: number;
  /** Milliseconds between looks for room, and after a failure. */
  readonly retryMs: number;
  /** Makes one. */
  readonly make: (signal: AbortSignal) => Promise<Member>;
  /** What this host lacks for one more, in words; `undefined` where it has room. */
  readonly lack: () => Promise<string | undefined>;
  /**
   * How many milliseconds it may lack that while the pool starts; later it waits. It has started when it is full, gives one
   * out, or is idle.
   */
  readonly lackLimitMs: number;
  /** The error of a pool that has waited that long, with so many ready. */
  readonly lackError: (lack: string, ready: number) => Error;
  /** Is told why one could not be made, or why none is made. */
  readonly onTrouble: (what: string) => void;
}

/** After so many failures one after the other it makes no more. */
const FAILURES = 3;

/**
 * Keeps a number of members ready, makes them one after the other behind those that are taken, and never gives one out
 * twice.
 */
export class Pool<Member extends PoolMember> implements AsyncDisposable {
  readonly #plan: PoolPlan<Member>;
  readonly #ready: Member[] = [];
  readonly #closing = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #waiters: (() => void)[] = [];
  #making: Promise<void> | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #idle = false;
  #hasStarted = false;
  #gaveUp = false;

  constructor(plan: PoolPlan<Member>) {
    this.#plan = plan;
    this.#failed.promise.catch(() => {});
    this.fill();
  }

  get ready(): readonly Member[] {
    return this.#ready;
  }

  get making(): number {
    return this.#making === undefined ? 0 : 1;
  }

  /** Whether it has given up what it held. */
  get idle(): boolean {
    return this.#idle;
  }

  /** Rejects when no more can be made. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  /**
   * Gives one out, for good; `undefined` where none is ready, or after its end. Call {@link fill} when it may be replaced.
   */
  take(): Member | undefined {
    if (this.#closing.signal.aborted) return undefined;
    this.#touch();
    const member = this.#ready.shift();
    if (member !== undefined) this.#hasStarted = true;
    return member;
  }

  /** Makes what is missing, in the background. */
  fill(): void {
    if (this.#idle || this.#closing.signal.aborted || this.#gaveUp || this.#isFull) return;
    this.#making ??= this.#makeMissing().finally(() => {
      this.#making = undefined;
      // One may have ended since the last of them was made.
      this.fill();
    });
  }

  /** Resolves when all are ready, or it is idle; rejects as {@link failed} does. */
  async full(): Promise<void> {
    const { signal } = this.#closing;
    while (!this.#isFull && !this.#idle && !signal.aborted) {
      const changed = new Promise<void>((resolve) => void this.#waiters.push(resolve));
      await Promise.race([changed, this.failed]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#closing.abort();
    await this.#making;
    await this.#drop();
    this.#changed();
  }

  async #makeMissing(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    let shortSince: number | undefined;
    while (!this.#isFull && !this.#idle && !signal.aborted) {
      try {
        const lack = await this.#plan.lack();
        if (lack === undefined) shortSince = undefined;
        else {
          if (shortSince === undefined) this.#plan.onTrouble(`no pair is made meanwhile: ${lack}`);
          shortSince ??= performance.now();
          if (!this.#hasStarted && performance.now() - shortSince >= this.#plan.lackLimitMs) {
            this.#giveUp(this.#plan.lackError(lack, this.#ready.length));
            return;
          }
          await pause(this.#plan.retryMs, signal);
          continue;
        }
        this.#admit(await this.#plan.make(signal));
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.#plan.onTrouble(describeError(error));
        if (failures === FAILURES) {
          this.#giveUp(error);
          return;
        }
        await pause(this.#plan.retryMs, signal);
      }
    }
  }

  get #isFull(): boolean {
    return this.#ready.length >= this.#plan.size;
  }

  #giveUp(error: unknown): void {
    this.#gaveUp = true;
    this.#failed.reject(error);
  }

  #admit(member: Member): void {
    if (this.#idle || this.#closing.signal.aborted) {
      void member[Symbol.asyncDispose]();
      return;
    }
    this.#ready.push(member);
    void this.#watch(member);
    if (this.#isFull) {
      this.#hasStarted = true;
      if (this.#idleTimer === undefined) this.#touch();
    }
    this.#changed();
  }

  async #watch(member: Member): Promise<void> {
    await member.ended;
    const index = this.#ready.indexOf(member);
    // One that was taken is its taker's.
    if (index < 0) return;
    this.#ready.splice(index, 1);
    this.#plan.onTrouble("a pair that stood ready has ended");
    this.fill();
    await member[Symbol.asyncDispose]();
  }

  #touch(): void {
    clearTimeout(this.#idleTimer);
    const woken = this.#idle;
    this.#idle = false;
    this.#idleTimer = setTimeout(() => {
      this.#idle = true;
      this.#hasStarted = true;
      void this.#drop();
      this.#changed();
    }, this.#plan.idleMs).unref();
    if (woken) this.fill();
  }

  async #drop(): Promise<void> {
    await Promise.all(this.#ready.splice(0).map((member) => member[Symbol.asyncDispose]()));
  }

  #changed(): void {
    for (const tell of this.#waiters.splice(0)) tell();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
