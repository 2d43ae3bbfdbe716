import type { EventListener } from "@winvm/pipeline";

/** Tells the steps of stages that are not cached. */
export function eventTeller(tell: (text: string) => void): EventListener {
  let last = "";
  const once = (text: string): void => {
    if (text !== last) tell(text);
    last = text;
  };
  return (event) => {
    if (event.type === "stage:start") once(event.title);
    else if (event.type === "stage:step") once(`${event.stage}: ${event.step}`);
  };
}
