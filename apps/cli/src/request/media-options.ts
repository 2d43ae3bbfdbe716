import type { Fault } from "@winvm/runtime";
import { resolve } from "node:path";

/** What a guest is installed from, as typed. */
export interface TypedMediaOptions {
  readonly iso?: string;
  readonly edition?: string;
  readonly language?: string;
  readonly productKey?: string;
}

/** The part of a request that says what a guest is installed from; the ISO's path from `workingDirectory`. */
export function mediaRequest(
  { iso, edition, language, productKey }: TypedMediaOptions,
  workingDirectory: string,
): TypedMediaOptions {
  return {
    ...(iso === undefined ? {} : { iso: resolve(workingDirectory, iso) }),
    ...(edition === undefined ? {} : { edition }),
    ...(language === undefined ? {} : { language }),
    ...(productKey === undefined ? {} : { productKey }),
  };
}

/** What is wrong where neither a guest nor an ISO is named. */
export const missingGuest: Fault = {
  path: "GUEST",
  expected: "the name of a guest, or --iso FILE",
  value: undefined,
  hint: "winvm install reference",
};
