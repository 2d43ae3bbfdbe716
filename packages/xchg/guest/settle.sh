# settle.sh [--name NAME] [--machine-id HEX] [--clock]: what a revived guest is to have of its own, as one that is not
# its state's only clone. bash 4 or later, as root or as Windows' administrator.
#
# With --clock it writes "ready", reads a line with the seconds since 1970 (with fraction), sets the clock, and writes what
# the clock shows then: who waits for "ready" before telling the time loses only the way of one line by it.
LC_ALL=C
settle_fail() {
  printf '%s\n' "$1" >&2
  exit 1
}
settle_clock=
while [ $# -gt 0 ]; do
  case $1 in
    --name)
      # Windows takes a new name at its next start only.
      case $OSTYPE in
        linux*)
          { printf '%s\n' "$2" >/proc/sys/kernel/hostname && printf '%s\n' "$2" >/etc/hostname; } ||
            settle_fail "the host name can't be set"
          ;;
      esac
      shift
      ;;
    --machine-id)
      if [ -f /etc/machine-id ]; then
        printf '%s\n' "$2" >/etc/machine-id || settle_fail "/etc/machine-id can't be written"
      fi
      shift
      ;;
    --clock) settle_clock=yes ;;
    *) settle_fail "settle.sh: unknown: $1" ;;
  esac
  shift
done
[ -n "$settle_clock" ] || exit 0
printf 'ready\n'
IFS= read -r settle_clock || settle_fail 'no time was told'
date -u -s "@$settle_clock" >/dev/null || settle_fail "the clock can't be set"
printf 'clock=%s\n' "${EPOCHREALTIME:-$(date +%s.%N)}"
