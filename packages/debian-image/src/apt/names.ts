import { formatFaults } from "@winvm/runtime";
import type { Fault } from "@winvm/runtime";
import { DebianImageError } from "../errors.ts";

// Debian policy 5.6.1: lower-case letters, digits, + - . ; at least two characters; starts with a letter or digit.
const NAME = /^[a-z0-9][a-z0-9+.-]+(?::[a-z0-9]+)?$/;

/**
 * Refuses package names that are none, all at once: apt would read `foo-` as "remove foo" and a name with `*` as a
 * pattern.
 */
export function checkPackageNames(names: readonly string[]): void {
  const faults: Fault[] = names.flatMap((name, index) =>
    NAME.test(name) && !name.endsWith("-")
      ? []
      : [
          {
            path: `names[${index}]`,
            expected: "a Debian package name such as openssh-server",
            value: name,
          },
        ],
  );
  if (names.length === 0)
    faults.push({ path: "names", expected: "at least one package name", value: names });
  if (faults.length === 0) return;
  throw new DebianImageError({
    code: "DEBIAN_IMAGE_INVALID",
    asked: "resolve Debian packages",
    happened: formatFaults(faults),
    data: { faults },
  });
}
