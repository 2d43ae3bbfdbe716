import type { Fault } from "@winvm/runtime";
import { throwFaults } from "../../errors.ts";
import type { CygwinRelation, SetupIni } from "../setup-ini/model.ts";
import { formatRelation } from "../setup-ini/relations.ts";
import { meets, obsoletes, Offer } from "./catalogue.ts";
import type { Candidate } from "./catalogue.ts";
import { planOf } from "./plan.ts";
import type { CygwinPlan } from "./plan.ts";
import { readWishes } from "./wishes.ts";
import type { Wish } from "./wishes.ts";

/** What is to be installed. */
export interface CygwinRequest {
  /** Categories, capitals or not. `Base` when neither categories nor packages are given. */
  readonly categories?: readonly string[] | undefined;
  /** `NAME`, `NAME=VERSION`, or `NAME=prev` and `NAME=test` for the version of that section. */
  readonly packages?: readonly string[] | undefined;
}

/**
 * What the installer would install: all packages of the categories, those asked for by name, and all that they need.
 * [curr] is taken, another version only where it is asked for or a relation wants it, [test] as the last of all.
 * Cycles are no fault. A package that another one obsoletes gives way to it, except where it is asked for by name.
 *
 * @throws UnattendError `UNATTEND_CYGWIN_UNRESOLVED` with every fault in `data.faults`: what is asked for and not there,
 *   each missing link with the way to it (`a → b → c`), packages that cannot be together.
 */
export function resolveCygwin(index: SetupIni, request: CygwinRequest = {}): CygwinPlan {
  const offer = new Offer(index);
  const { wishes, faults } = readWishes(request, offer);
  const limits = new Map<string, CygwinRelation[]>();
  let closure = close(offer, wishes, limits);
  // Each round has one bound more, of which there are finitely many.
  while (closure === undefined) closure = close(offer, wishes, limits);
  throwFaults(
    "UNATTEND_CYGWIN_UNRESOLVED",
    "choose the packages of Cygwin",
    [...faults, ...closure.faults, ...clashes(closure.chosen)],
    "ask for other packages or versions, or take another index",
  );
  return planOf(index, [...closure.chosen.values()]);
}

interface Closure {
  readonly chosen: ReadonlyMap<string, Candidate>;
  readonly faults: readonly Fault[];
}

/** A relation that has to be met, with the way to it. */
interface Task {
  readonly relation: CygwinRelation;
  readonly parent: Link | undefined;
}

/** A chosen package, and who wanted it. */
interface Link {
  readonly name: string;
  readonly parent: Link | undefined;
}

/**
 * Goes through everything that is needed, nearest first, so that a missing link is told with the shortest way to it.
 *
 * @param limits what is known to be wanted of each package; a bound that a choice does not keep is added.
 * @returns `undefined` when a choice has to be made anew.
 */
function close(
  offer: Offer,
  wishes: readonly Wish[],
  limits: Map<string, CygwinRelation[]>,
): Closure | undefined {
  const chosen = new Map<string, Candidate>();
  const pinned = new Set<string>();
  const providers = new Map<string, Candidate[]>();
  const met = new Map<string, Task[]>();
  const faults = new Map<string, Fault>();
  const tasks: Task[] = [];
  const take = (candidate: Candidate, parent: Link | undefined): void => {
    chosen.set(candidate.name, candidate);
    for (const { name } of [...candidate.version.provides, ...candidate.version.obsoletes]) {
      providers.set(name, [...(providers.get(name) ?? []), candidate]);
    }
    const link = { name: candidate.name, parent };
    for (const relation of candidate.version.depends) tasks.push({ relation, parent: link });
  };
  for (const wish of wishes) {
    if (wish.candidate === undefined) continue;
    pinned.add(wish.name);
    take(wish.candidate, undefined);
  }
  for (const { name, candidate } of wishes) {
    if (candidate === undefined) tasks.push({ relation: { name }, parent: undefined });
  }
  // The list grows while it is walked.
  for (const task of tasks) {
    const { relation, parent } = task;
    // The installer provides it itself, in the version of the Windows that it runs on.
    if (relation.name === "_windows") continue;
    const same = chosen.get(relation.name);
    const there = [...(same === undefined ? [] : [same]), ...(providers.get(relation.name) ?? [])];
    const meeting = there.find((one) => meets(one, relation));
    if (meeting !== undefined) {
      note(met, meeting.name, task);
      continue;
    }
    const possible = offer.meeting(relation).filter(({ name, version }) => {
      const other = chosen.get(name);
      return other === undefined || other.version === version;
    });
    const best = possible.find((one) => keeps(one, limits.get(one.name) ?? []));
    if (best !== undefined) {
      take(best, parent);
      note(met, best.name, task);
      continue;
    }
    if (chooseAnew(offer, relation, { chosen, pinned, limits, met })) return undefined;
    const fault = missing(offer, task, { chosen, pinned, met });
    const key = formatRelation(relation);
    if (!faults.has(key)) faults.set(key, fault);
  }
  return { chosen, faults: [...faults.values()] };
}

/** What a pass has come to so far. */
interface Pass {
  readonly chosen: ReadonlyMap<string, Candidate>;
  /** Those whose version was asked for. */
  readonly pinned: ReadonlySet<string>;
  /** What each choice is good for. */
  readonly met: ReadonlyMap<string, readonly Task[]>;
}

/** Notes that another version is wanted of a package that would then meet the relation too. */
function chooseAnew(
  offer: Offer,
  relation: CygwinRelation,
  { chosen, pinned, met, limits }: Pass & { readonly limits: Map<string, CygwinRelation[]> },
): boolean {
  for (const { name } of offer.meeting(relation)) {
    if (!chosen.has(name) || pinned.has(name)) continue;
    const wanted = [...(limits.get(name) ?? []), relation];
    const others = (met.get(name) ?? []).map((task) => task.relation);
    if (!offer.versionsOf(name).some((one) => keeps(one, [...wanted, ...others]))) continue;
    limits.set(name, wanted);
    return true;
  }
  return false;
}

function note(met: Map<string, Task[]>, name: string, task: Task): void {
  const tasks = met.get(name);
  if (tasks === undefined) met.set(name, [task]);
  else tasks.push(task);
}

function keeps(candidate: Candidate, wanted: readonly CygwinRelation[]): boolean {
  return wanted.every((relation) => meets(candidate, relation));
}

function missing(offer: Offer, { relation, parent }: Task, { chosen, pinned, met }: Pass): Fault {
  const way = [relation.name];
  for (let link = parent; link !== undefined; link = link.parent) way.unshift(link.name);
  const versions = offer
    .versionsOf(relation.name)
    .map(({ version: { version, section } }) => `${version} [${section}]`);
  const nothing = offer.knows(relation.name) ? "only its sources" : "no such package";
  const taken = chosen.get(relation.name);
  const needed = met.get(relation.name)?.find((task) => task.relation.version !== undefined);
  let hint: string | undefined;
  if (taken !== undefined && pinned.has(taken.name)) {
    hint = `${taken.version.version} was asked for`;
  } else if (taken !== undefined && needed?.parent !== undefined) {
    const why = `${needed.parent.name} needs ${formatRelation(needed.relation)}`;
    hint = `${taken.version.version} is taken, because ${why}`;
  }
  return {
    path: way.join(" → "),
    expected: formatRelation(relation),
    value: versions.length > 0 ? versions.join(", ") : nothing,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Chosen packages that cannot be together. */
function clashes(chosen: ReadonlyMap<string, Candidate>): Fault[] {
  const all = [...chosen.values()];
  const faults: Fault[] = [];
  for (const one of all) {
    if (one.version.conflicts.length === 0 && one.version.obsoletes.length === 0) continue;
    for (const other of all) {
      if (other.name === one.name) continue;
      const against = one.version.conflicts.find((relation) => meets(other, relation));
      const value = `${other.name} ${other.version.version}`;
      if (against !== undefined) {
        faults.push({ path: one.name, expected: `no ${formatRelation(against)} beside it`, value });
      } else if (obsoletes(one, other)) {
        faults.push({ path: one.name, expected: `no ${other.name}, which it replaces`, value });
      }
    }
  }
  return faults;
}
