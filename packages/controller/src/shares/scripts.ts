import { ControllerError } from "../errors.ts";

const OPTIONS = "trans=virtio,version=9p2000.L,msize=512000,cache=none,access=user";

/**
 * Pure: shares as lines of an fstab, each one level below the directory that Samba exports: there a mount can come and go
 * under a living SMB session. cache=none: what the host writes is seen at once. access=user: each user attaches as
 * himself, so that new files belong to who made them.
 */
export function mountLines(tags: readonly string[]): readonly string[] {
  checkTags(tags);
  return tags.map((tag) => `${tag} ${sharePlace(tag)} 9p ${OPTIONS} 0 0`);
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
