import type { Context } from "../context.ts";
import type { ImportRecord } from "../records.ts";
import { isGuestName } from "./find-state.ts";
import { stateNameFaults } from "./state-name.ts";
import { giveStateName, readKnownNames, type KnownNames } from "./state-names.ts";

/**
 * Gives states the names that they had in another store. What is the name of another state here stays that, and is told as a
 * warning, with the way to give another one.
 *
 * Under the locks of all these states (`receiveEntries` holds them), so that `collectGarbage` removes none before it has its
 * name. Not with `nameStored`: that would wait for these locks forever.
 */
export async function bringNames(
  context: Context,
  names: Readonly<Record<string, string>>,
): Promise<ImportRecord["names"]> {
  const { store } = context;
  const own = await readKnownNames(store.layout);
  const brought: ImportRecord["names"][number][] = [];
  for (const [name, key] of Object.entries(names)) {
    const why = await whyNot(context, own, { name, key });
    if (why === undefined) await giveStateName(store.layout, name, key);
    else {
      context.emit({
        type: "warning",
        code: "PIPELINE_NAME_TAKEN",
        message: `the imported state ${key} does not get its name ${name}: ${why}`,
        hint: `\`winvm states --name OTHER=${key.slice(0, 12)}\` gives it another one`,
      });
    }
    brought.push({ name, key, given: why === undefined, ...(why === undefined ? {} : { why }) });
  }
  return brought;
}

async function whyNot(
  { store }: Context,
  own: KnownNames,
  { name, key }: { readonly name: string; readonly key: string },
): Promise<string | undefined> {
  const [fault] = stateNameFaults("name", name, isGuestName);
  if (fault !== undefined) return `it has to be ${fault.expected}`;
  if (own.unreadable.includes(name)) return "whose it is here can't be read now";
  const holder = own.names.get(name);
  if (holder === undefined || holder === key) return undefined;
  // The name of a state that is gone is free; of one that is damaged, or can't be read now, it is not.
  const taken = await store.find("states", holder).then(
    (found) => found !== undefined,
    () => true,
  );
  return taken ? `here it is the name of ${holder}` : undefined;
}
