import { ControllerError } from "../errors.ts";
import { quoteWord } from "../shell/quote.ts";

const OPTIONS = "trans=virtio,version=9p2000.L,msize=512000,cache=none,access=user";

/**
 * Pure: the script that mounts shares, each one level below the directory that Samba exports: there a mount can come and
 * go under a living SMB session. cache=none: what the host writes is seen at once. access=user: each user attaches as
 * himself, so that new files belong to who made them. All by one process, which passes over what is mounted already.
 */
export function mountScript(tags: readonly string[]): string {
  checkTags(tags);
  const lines = tags.map((tag) => `${tag} ${sharePlace(tag)} 9p ${OPTIONS} 0 0`);
  const places = tags.map(sharePlace);
  return [
    ...places.map((place) => `[ -d ${place} ] || mkdir -p ${place}`),
    `printf '%s\\n' ${lines.map((line) => quoteWord(line)).join(" ")} >/etc/fstab`,
    "exec mount -a",
  ].join("\n");
}

/** Pure: the script that unmounts shares; one that isn't mounted is passed over. */
export function unmountScript(tags: readonly string[]): string {
  checkTags(tags);
  const steps = tags.map((tag) => {
    const place = sharePlace(tag);
    return `! grep -q ' ${place} 9p ' /proc/mounts || umount ${place} || failed=1`;
  });
  return ["failed=0", ...steps, "exit $failed"].join("\n");
}

/** Where a share's content lies in the controller. */
export function sharePlace(tag: string): string {
  return `/srv/${tag}/io`;
}

function checkTags(tags: readonly string[]): void {
  const bad = tags.filter((tag) => !/^[A-Za-z0-9_-]{1,31}$/.test(tag));
  if (bad.length === 0) return;
  throw new ControllerError({
    code: "CONTROLLER_INVALID",
    asked: "mount or unmount shares",
    happened: `no mount tag: ${bad.map((tag) => JSON.stringify(tag)).join(", ")}`,
    hint: "1 to 31 letters, digits, _ or -",
    data: { tags: bad },
  });
}

/** The failure of one of the scripts as an error. */
export function shareError(asked: string, stderr: string): ControllerError {
  const busy = /busy/i.test(stderr);
  return new ControllerError({
    code: busy ? "CONTROLLER_SHARE_BUSY" : "CONTROLLER_SHARE_FAILED",
    asked,
    happened: stderr.trim(),
    hint: busy
      ? "the guest holds files below it open: close them first"
      : "is there a share with that tag in the controller's machine?",
  });
}
