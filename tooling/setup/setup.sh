#!/usr/bin/env bash
# Makes a checkout ready: system packages, pnpm, Node 24 (from npm), dependencies, build. Does only what is missing.
# usage: setup.sh run|test     Everything it says goes to standard error.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tooling/setup/programs.sh
. "$root/tooling/setup/programs.sh"
purpose=${1:-run}
pnpm_version=$(sed -n 's/.*"packageManager": "pnpm@\([0-9.]*\)".*/\1/p' "$root/package.json")
exec 3>&1 1>&2

say() { printf 'winvm set-up: %s\n' "$*"; }
fail() { printf 'winvm set-up: %s\n' "$*"; exit 1; }

is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing_lines() {
  local needs=$winvm_needs_to_run line
  if [ "$purpose" = test ]; then needs="$needs$winvm_needs_to_test"; fi
  while IFS= read -r line; do
    [ -n "$line" ] || continue
    is_there "${line%%|*}" || printf '%s\n' "$line"
  done <<<"$needs"
}

name_missing_and_stop() {
  say "this system is not Debian-like, so nothing was changed. It lacks:"
  local program debian fedora arch
  while IFS='|' read -r program debian fedora arch; do
    printf '  %-40s Debian: %-28s Fedora: %-22s Arch: %s\n' "$program" "$debian" "$fedora" "$arch"
  done <<<"$1"
  fail "install these, then run the command again"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null 2>&1; then sudo -- "$@"
  else fail "needs root for '$*', and there is no sudo: run that as root, then run the command again"
  fi
}

update_lists() {
  as_root apt-get -o DPkg::Lock::Timeout=300 update -q >"$log" 2>&1 || return
  touch .cache/apt-lists
}

# The lists' own times are the servers'.
lists_are_of_today() {
  [ -n "$(find .cache/apt-lists /var/lib/apt/lists/partial -maxdepth 0 -mtime -1 2>/dev/null)" ]
}

# Without being asked for a password.
may_be_root() {
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

install_system_packages() {
  local missing packages
  missing=$(missing_lines)
  if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
    if [ -n "$missing" ]; then name_missing_and_stop "$missing"; fi
    return
  fi
  # The guest and controller images are made from Debian's packages, so apt's lists are needed in any case.
  if [ -n "$missing" ] || ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null; then
    say "apt-get update"
    update_lists || { tail -n 20 "$log"; fail "apt-get update failed"; }
  elif ! lists_are_of_today && may_be_root; then
    # Of older lists Debian's servers no longer have every package. Without a network what is there has to do.
    say "apt-get update"
    update_lists || say "apt-get update failed; going on with the lists that are there"
  fi
  [ -n "$missing" ] || return 0
  packages=$(cut -d'|' -f2 <<<"$missing" | sort -u | tr '\n' ' ')
  say "apt-get install $packages"
  # shellcheck disable=SC2086 # a list of words
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -q --no-install-recommends $packages >"$log" 2>&1 ||
    { tail -n 20 "$log"; fail "apt-get install failed"; }
  missing=$(missing_lines)
  [ -z "$missing" ] || fail "still missing after the installation: $(cut -d'|' -f1 <<<"$missing" | tr '\n' ' ')"
}

find_pnpm() {
  local tools="$root/.cache/tools"
  if [ "$(cd / && pnpm --version 2>/dev/null || true)" = "$pnpm_version" ]; then pnpm=pnpm; return; fi
  pnpm="$tools/node_modules/.bin/pnpm"
  if [ "$("$pnpm" --version 2>/dev/null || true)" = "$pnpm_version" ]; then return; fi
  command -v npm >/dev/null 2>&1 || fail "npm is missing: install Node 18 or newer with npm"
  say "npm install pnpm@$pnpm_version"
  # Where nobody has a pnpm yet and npm's own directory is ours, `pnpm` also becomes a command of the user's.
  if ! command -v pnpm >/dev/null 2>&1 && [ -w "$(npm prefix --global)/lib/node_modules" ]; then
    npm install --global --no-fund --no-audit --loglevel=error "pnpm@$pnpm_version" >"$log" 2>&1 || { tail -n 20 "$log"; fail "npm could not install pnpm"; }
    hash -r
    if [ "$(cd / && pnpm --version 2>/dev/null || true)" = "$pnpm_version" ]; then pnpm=pnpm; return; fi
  fi
  npm install --prefix "$tools" --no-save --no-fund --no-audit --loglevel=error "pnpm@$pnpm_version" >"$log" 2>&1 || { tail -n 20 "$log"; fail "npm could not install pnpm"; }
}

install_dependencies() {
  if [ -f node_modules/.modules.yaml ] && [ node_modules/.modules.yaml -nt pnpm-lock.yaml ] && [ -f .cache/installed ] &&
    cmp -s .cache/installed pnpm-lock.yaml; then return; fi
  say "pnpm install (Node 24 comes with it)"
  CI=true "$pnpm" install --frozen-lockfile >"$log" 2>&1 || { tail -n 30 "$log"; fail "pnpm install failed"; }
  cp pnpm-lock.yaml .cache/installed
}

build() {
  say "build"
  TURBO_TELEMETRY_DISABLED=1 "$pnpm" run build >"$log" 2>&1 || { tail -n 40 "$log"; fail "the build failed"; }
}

cd "$root"
mkdir -p .cache
exec 9>.cache/setup.lock
if command -v flock >/dev/null 2>&1 && ! flock -n 9; then
  say "waiting for another set-up of this checkout"
  flock 9
fi
log=$root/.cache/setup.log
install_system_packages
find_pnpm
install_dependencies
build
touch ".cache/ready-$purpose" .cache/ready-run
printf '%s\n' "$pnpm" >.cache/pnpm
