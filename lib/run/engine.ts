import { hostname } from "node:os";
import { MINUTE, now, SECOND } from "@/lib/kernel/clock";
import { guid, timeGuid } from "@/lib/kernel/ids";
import { isLater, type Soon } from "@/lib/kernel/soon";
import { Stop } from "@/lib/kernel/stop";
import { log } from "@/lib/platform/log";
import { runStore } from "./mutations";
import { endWithout, newPass, Pass } from "./pass";
import type { Plan } from "./plan";
import { startRetention } from "./retention";
import type { RunValues } from "./run-values";
import { runSignal, type Engine } from "./signal";
import type { HeldTransaction, Lease, NewTransaction, RunStore, Standing } from "./types";

export interface EngineOptions {
  /** Passes that run at the same time, of an account that says nothing of its own and altogether. */
  readonly perAccount?: number;
  readonly atOnce?: number;
  /** How long a holder that says nothing is believed to be alive (ms). */
  readonly leaseMs?: number;
}

/** Passes that are leased here and wait for their turn; what is beyond stays in the store for whoever has room. */
const MOST_HELD = 1000;
const TAKEN_AT_ONCE = 100;
/** How long the limit of an account is believed. */
const LIMIT_FRESH = 5 * SECOND;
/** The longest that a timer is set for. */
const LONGEST_SLEEP = 6 * 60 * MINUTE;

interface Ready {
  readonly held: HeldTransaction;
  /** Of a pass that was added here: what it begins with. */
  readonly begun: RunValues | null;
}

interface Running {
  readonly held: HeldTransaction;
  readonly stop: Stop;
  readonly share: Share;
  /** Where it stands among those that run. */
  place: number;
}

/** What an account has under way here. */
interface Share {
  readonly ready: Ready[];
  running: number;
}

/** Accounts that are remembered though nothing of them is under way. */
const MOST_IDLE = 100;

/** Whether a process of this machine is known to be gone; of another machine nothing is known. */
export function isGone(owner: string, own: string): boolean {
  const [host, pid] = owner.split("|");
  if (owner === own || host !== hostname() || !pid) return false;
  // The same number under another name: the process that had it before this one.
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** A pass that was just added, under the lease it was added with. */
const heldFrom = (added: NewTransaction): HeldTransaction => ({
  id: added.id,
  partnerId: added.partnerId,
  accountId: added.accountId,
  cycleId: added.cycleId,
  trigger: added.trigger,
  parentId: added.parentId,
  itemIndex: added.itemIndex,
  createdAt: added.createdAt,
  currentStepId: added.currentStepId,
  payload: added.payload,
  sealedPayload: added.sealedPayload,
  fence: 1,
  startedAt: null,
  attempt: 0,
  failingSince: null,
  isResumed: false,
});

/** Runs what is due, side by side, within the limits. It sleeps while there is nothing to do, until {@link wakeRuns} or the next time. */
export class RunEngine implements Engine {
  readonly #owner = `${hostname()}|${process.pid}|${guid()}`;
  /** By account. */
  readonly #shares = new Map<string, Share>();
  /** Passes that wait in all shares together. */
  #waiting = 0;
  /** A list, since a map that is filled and emptied all the time keeps what was in it alive (docs/decisions/025-runs.md). */
  readonly #running: Running[] = [];
  readonly #perAccount: number;
  readonly #limits = new Map<string, { readonly n: number; readonly readAt: number }>();
  readonly #atOnce: number;
  readonly #leaseMs: number;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #taking: Promise<void> | null = null;
  #takeAgain = false;
  /** There is more in the store than was taken. */
  #backlog = false;
  #wakesAt = Number.POSITIVE_INFINITY;
  #idle: (() => void) | null = null;

  constructor(
    private readonly store: RunStore,
    options: EngineOptions = {},
  ) {
    this.#perAccount = options.perAccount ?? 5;
    this.#atOnce = options.atOnce ?? 64;
    this.#leaseMs = options.leaseMs ?? 30 * SECOND;
  }

  /** Picks up what an earlier process left, then whatever comes. */
  async start(): Promise<void> {
    for (const owner of await this.store.holders()) if (isGone(owner, this.#owner)) await this.store.expire(owner, now());
    this.#heartbeat = setInterval(() => void this.#renew(), this.#leaseMs / 3);
    this.#heartbeat.unref();
    this.wake();
  }

  /** Lets running steps end within `graceMs`, then gives back everything as it stands. */
  async stop(graceMs = 8 * SECOND): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#taking;
    const waiting = this.#readyIds();
    this.#shares.clear();
    this.#waiting = 0;
    if (waiting.length > 0) await this.store.release(waiting, this.#owner, now());
    if (this.#running.length > 0) {
      const ended = new Promise<void>((resolve) => (this.#idle = resolve));
      const patience = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([ended, patience]);
    }
    const left = this.#running.map(({ held }) => held.id);
    for (const { stop } of [...this.#running]) stop.ask();
    if (left.length > 0) await this.store.release(left, this.#owner, now());
    if (this.#heartbeat) clearInterval(this.#heartbeat);
  }

  #lease = (): Lease => ({ owner: this.#owner, until: now() + this.#leaseMs });

  async #renew(): Promise<void> {
    const ids = [...this.#running.map(({ held }) => held.id), ...this.#readyIds()];
    if (ids.length === 0) return;
    await this.store.renew(ids, this.#lease()).catch((error: unknown) => log().error({ err: error }, "leases were not renewed"));
  }

  #readyIds(): string[] {
    return [...this.#shares.values()].flatMap(({ ready }) => ready.map(({ held }) => held.id));
  }

  #held(): number {
    return this.#running.length + this.#waiting;
  }

  #shareOf(account: string): Share {
    let share = this.#shares.get(account);
    if (share) return share;
    if (this.#shares.size >= MOST_IDLE)
      for (const [id, { ready, running }] of this.#shares) if (ready.length + running === 0) this.#shares.delete(id);
    this.#shares.set(account, (share = { ready: [], running: 0 }));
    return share;
  }

  /** Adds a pass and, where there is room, runs it from here without another look into the store. */
  async accept(added: NewTransaction, begun: RunValues): Promise<void> {
    if (this.#stopped || this.#held() >= MOST_HELD) {
      await this.store.add([added], null);
      this.#backlog = true;
      return;
    }
    await this.store.add([added], this.#lease());
    const learning = this.#learnLimit(added.accountId);
    if (isLater(learning)) await learning;
    this.#queue({ held: heldFrom(added), begun });
    this.#dispatch();
  }

  #learnLimit(account: string): Soon<void> {
    const known = this.#limits.get(account);
    return known && now() - known.readAt < LIMIT_FRESH ? undefined : this.#readLimit(account, known);
  }

  async #readLimit(account: string, known: { readonly n: number } | undefined): Promise<void> {
    // Whoever comes meanwhile goes by what was known before.
    this.#limits.set(account, { n: known?.n ?? this.#perAccount, readAt: now() });
    const own = await this.store.limitOf(account);
    this.#limits.set(account, { n: own ?? this.#perAccount, readAt: now() });
    if (this.#limits.size > MOST_HELD) for (const id of this.#limits.keys()) if (!this.#shares.has(id)) this.#limits.delete(id);
  }

  #limitOf(account: string): number {
    return this.#limits.get(account)?.n ?? this.#perAccount;
  }

  #queue(ready: Ready): void {
    this.#shareOf(ready.held.accountId).ready.push(ready);
    this.#waiting += 1;
  }

  /** Something may have become due. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#taking) {
      this.#takeAgain = true;
      return;
    }
    this.#taking = this.#take()
      .catch((error: unknown) => {
        log().error({ err: error }, "due runs were not taken up");
        this.#sleep(now() + 5 * SECOND);
      })
      .finally(() => {
        this.#taking = null;
        if (this.#takeAgain) {
          this.#takeAgain = false;
          this.wake();
        }
      });
  }

  /** Cancelled in the store; what runs of it here stops. */
  cancelled(ids: readonly string[]): void {
    const gone = new Set(ids);
    for (const { held, stop } of [...this.#running]) if (gone.has(held.id)) stop.ask();
    for (const { ready } of this.#shares.values()) {
      const left = ready.filter(({ held }) => !gone.has(held.id));
      this.#waiting -= ready.length - left.length;
      ready.splice(0, ready.length, ...left);
    }
  }

  async #take(): Promise<void> {
    await this.store.startScheduled(now(), ({ firstStepId, scheduledAt, ...cycle }) => ({
      id: timeGuid(),
      partnerId: cycle.partnerId,
      accountId: cycle.accountId,
      cycleId: cycle.id,
      trigger: "Schedule",
      parentId: null,
      itemIndex: null,
      createdAt: now(),
      currentStepId: firstStepId,
      payload: { scheduledAt: new Date(scheduledAt).toISOString() },
      sealedPayload: null,
    }));
    for (;;) {
      const room = Math.min(TAKEN_AT_ONCE, MOST_HELD - this.#held());
      this.#backlog = room <= 0;
      if (room <= 0 || this.#stopped) return;
      const busy = [...this.#shares]
        .filter(([account, { ready }]) => ready.length > 0 && ready.length >= 2 * this.#limitOf(account))
        .map(([account]) => account);
      this.#backlog = busy.length > 0;
      const taken = await this.store.take(this.#lease(), now(), room, busy);
      for (const account of new Set(taken.map((held) => held.accountId))) await this.#learnLimit(account);
      for (const held of taken) this.#queue({ held, begun: null });
      this.#dispatch();
      if (taken.length < room) break;
    }
    this.#sleep(await this.store.nextDue());
  }

  #sleep(until: number | null): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (until === null || this.#stopped) return;
    // Due, yet not taken: its account is busy, and the end of a pass looks again.
    const wait = Math.min(Math.max(until - now(), SECOND), LONGEST_SLEEP);
    this.#wakesAt = now() + wait;
    this.#timer = setTimeout(() => this.wake(), wait);
    this.#timer.unref();
  }

  /** Starts what there is room for, the accounts in turn. */
  #dispatch(): void {
    for (let started = true; started && this.#waiting > 0 && this.#running.length < this.#atOnce;) {
      started = false;
      for (const [account, share] of this.#shares) {
        if (this.#running.length >= this.#atOnce) break;
        if (share.ready.length === 0 || share.running >= this.#limitOf(account)) continue;
        const next = share.ready.shift();
        if (!next) continue;
        this.#waiting -= 1;
        this.#begin(next, share);
        started = true;
      }
    }
  }

  #begin({ held, begun }: Ready, share: Share): void {
    const stop = new Stop();
    const running: Running = { held, stop, share, place: this.#running.length };
    this.#running.push(running);
    share.running += 1;
    const runner = { store: this.store, lease: this.#lease, stop, stood: this.#stood };
    Pass.run(held, runner, begun)
      .catch((error: unknown) => {
        log().error({ err: error, transaction: held.id }, "a run failed");
        return endWithout(held, runner, { code: "internal", message: "Something went wrong here. It was logged." });
      })
      .catch((error: unknown) => log().error({ err: error, transaction: held.id }, "a run could not be ended"))
      .finally(() => this.#end(running));
  }

  /** A pass left something in the store that goes on by itself. */
  #stood = (standing: Standing): void => {
    if (standing.kind === "splits") this.wake();
    if (standing.kind === "waits" && standing.dueAt < this.#wakesAt) this.#sleep(standing.dueAt);
  };

  #end({ place, share }: Running): void {
    // The last of the list takes its place.
    const last = this.#running.pop();
    if (last && last.place !== place) {
      this.#running[place] = last;
      last.place = place;
    }
    share.running -= 1;
    this.#dispatch();
    if (this.#running.length === 0) this.#idle?.();
    if (this.#backlog && [...this.#shares].every(([account, { ready }]) => ready.length < this.#limitOf(account))) this.wake();
  }
}

/** Starts the engine of this process. Out: how to stop it. */
export async function startEngine(options: EngineOptions = {}): Promise<() => Promise<void>> {
  const engine = new RunEngine(runStore, options);
  await engine.start();
  runSignal().engine = engine;
  const stopRetention = startRetention();
  return async () => {
    stopRetention();
    runSignal().engine = null;
    await engine.stop();
  };
}

/** Starts a pass of a cycle. In: what its trigger gave. Out: its id, once it is kept. */
export async function startPass(plan: Plan, trigger: NewTransaction["trigger"], payload: unknown): Promise<string> {
  const making = newPass(plan, trigger, payload);
  const { added, values } = isLater(making) ? await making : making;
  const { engine } = runSignal();
  if (engine) await engine.accept(added, values);
  else await runStore.add([added], null);
  return added.id;
}
