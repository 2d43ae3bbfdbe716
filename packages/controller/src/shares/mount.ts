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
  const print = `printf '%s\\n' ${lines.map((line) => quoteWord(line)).join(" ")}`;
  return [
    ...places.map((place) => `[ -d ${place} ] || mkdir -p ${place}`),
    `if [ -n "\${standing_mount-}" ]; then`,
    `  ${print} >${STANDING_MOUNTS}`,
    `  wait "$standing_mount" && echo ${MOUNTED} && exit`,
    `  cat ${STANDING_LOG} >&2`,
    "  exit 1",
    "fi",
    `${print} >/etc/fstab`,
    "exec mount -a",
  ].join("\n");
}

/** What {@link mountScript} may say before it ends: the shell's own end then need not be waited for. */
export const MOUNTED = "mounted";

const STANDING_MOUNTS = "/run/winvm/mounts";
const STANDING_LOG = "/run/winvm/mount.log";

/**
 * Pure: the script after which a shell has a `mount -a` at hand that is started already and waits for what to mount:
 * {@link mountScript} in the same shell then starts no process. Prints an empty line when that is so.
 */
export function standingMountScript(): string {
  return [
    `rm -f /etc/fstab ${STANDING_MOUNTS}`,
    "mkfifo /etc/fstab",
    // No stream of the shell's own: the shell's end must not wait for it.
    `mount -a </dev/null >${STANDING_LOG} 2>&1 &`,
    "standing_mount=$!",
    // In open(2), until somebody writes.
    'until grep -q wait_for_partner "/proc/$standing_mount/wchan"; do usleep 2000; done',
    // What is open is the file and not its name, which is for the next `mount -a`.
    `mv /etc/fstab ${STANDING_MOUNTS}`,
    "echo",
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
