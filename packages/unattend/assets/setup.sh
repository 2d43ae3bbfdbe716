#!/bin/bash
# Finishes the installation of a winvm guest, at the first logon: in Cygwin on Windows and in the reference guest.
# Lies on the set-up medium beside its data: settings, credentials, shares, authorized_keys.
#
# C:\winvm\installed  what was done; there only when all of it succeeded
# C:\winvm\failed     the step that failed, and why; then the exit code is 1
# The first serial port gets the same as one line: "winvm-setup: installed" or "winvm-setup: failed: STEP: REASON".
#
# Nothing here waits for a person: what could ask has no standard input and a limit; C:\winvm\step holds the name of
# the step and its limit in minutes for the watchdog of setup.cmd.
#
# For trials outside a guest: WINVM_ROOT, a directory that stands for /; WINVM_SSH_PORT, where sshd is to answer.
set -Eeuo pipefail

medium=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${WINVM_ROOT:-}
state=$root/cygdrive/c/winvm
etc=$root/etc/winvm
step=start

report() {
  { printf 'winvm-setup: %s\r\n' "$1" >"$root/dev/ttyS0"; } 2>/dev/null || true
  printf 'winvm-setup: %s\n' "$1" >&2
}

fail() {
  trap - ERR
  rm -f "$state/step"
  printf 'step=%s\nreason=%s\n' "$step" "$1" >"$state/failed" || true
  report "failed: $step: $1"
  exit 1
}
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

# run STEP MINUTES FUNCTION: one step, noted when it is done.
run() {
  step=$1
  printf '%s %s\r\n' "$1" "$2" >"$state/step"
  "$3"
  printf 'step=%s\n' "$step" >>"$state/steps"
}

# value FILE KEY: what stands behind KEY= there.
value() {
  sed -n "s/^$2=//p" "$medium/$1" | tr -d '\r'
}

# Cygwin's setup drops in silence what its medium has no file of, and goes on when a package's script fails. A package
# that lacks files ends the set-up where the rest needs it; of others it is only said, for some remove files of theirs.
cygwin_packages() {
  local name missing='' incomplete='' needed checked code=0
  local -A have=()
  needed=$(value settings packages | tr ',' '\n')
  while read -r name _; do have[$name]=1; done <"$root/etc/setup/installed.db"
  while IFS= read -r name; do
    [ -n "${have[$name]:-}" ] || missing+=" $name"
  done < <(
    printf '%s\n' "$needed"
    cat "$medium/cygwin-packages" "$state/cygwin-packages" 2>/dev/null | tr -d '\r' || true
  )
  [ -z "$missing" ] || fail "Cygwin's setup left out:$missing"
  checked=$(timeout -k 10 2400 cygcheck -c </dev/null) || code=$?
  # Its own codes are small: this one did not end by itself, or could not be started.
  [ "$code" -lt 124 ] || fail "cygcheck ended with code $code"
  while read -r name; do
    case $'\n'$needed$'\ncygwin\nbash\ncoreutils\n' in
      *$'\n'"$name"$'\n'*) incomplete+=" $name" ;;
      *) echo "cygcheck: $name lacks files" >&2 ;;
    esac
  done < <(tr -d '\r' <<<"$checked" | awk '$NF == "Incomplete" { print $1 }')
  [ -z "$incomplete" ] || fail "Cygwin's setup left incomplete:$incomplete"
}

# sshd refuses a file that belongs to somebody else, or a place where others may write (StrictModes). On 2003 what an
# administrator makes belongs to the group.
install_key() {
  chmod go-w "$HOME"
  mkdir -p "$HOME/.ssh"
  chmod 700 "$HOME/.ssh"
  (umask 077 && tr -d '\r' <"$medium/authorized_keys" >"$HOME/.ssh/authorized_keys")
  chmod 600 "$HOME/.ssh/authorized_keys"
  chown "$(id -u)" "$HOME" "$HOME/.ssh" "$HOME/.ssh/authorized_keys"
  grep -q '^ssh-' "$HOME/.ssh/authorized_keys"
}

install_credentials() {
  mkdir -p "$etc"
  (umask 077 && tr -d '\r' <"$medium/credentials" >"$etc/credentials")
  chmod 600 "$etc/credentials"
}

install_launcher() {
  [ -f "$medium/winvm-launch.exe" ] || return 0
  cp -f "$medium/winvm-launch.exe" "$state/winvm-launch.exe"
  chmod 755 "$state/winvm-launch.exe"
}

# What winvm-mount-shares reads: the server, and a line "TAG LETTER PLACE rw|ro" for each share, with tabs.
install_shares() {
  printf 'server=%s\n' "$(value settings server)" >"$etc/settings"
  tr -d '\r' <"$medium/shares" >"$etc/shares"
}

# The reference guest brings winvm-mount-shares along.
reference_shares() {
  install_shares
  command -v winvm-mount-shares >/dev/null
}

# Cygwin mounts by name; the drive letters of a session are made by winvm-mount-shares.
cygwin_shares() {
  install_shares
  local server tag place table=$root/etc/fstab
  server=$(value settings server)
  touch "$table"
  sed '/^# winvm begin$/,/^# winvm end$/d' "$table" >"$table.new"
  {
    printf '# winvm begin\n'
    while IFS=$'\t' read -r tag _ place _; do
      printf '//%s/%s/io %s smbfs binary,noacl,posix=1 0 0\n' "$server" "$tag" "$place"
      mkdir -p "$root$place"
    done <"$etc/shares"
    printf '# winvm end\n'
  } >>"$table.new"
  mv -f "$table.new" "$table"
  mkdir -p "$root/usr/local/bin"
  tr -d '\r' <"$medium/winvm-mount-shares" >"$root/usr/local/bin/winvm-mount-shares"
  chmod 755 "$root/usr/local/bin/winvm-mount-shares"
}

# The reference guest's sshd is set up already.
reference_sshd() {
  :
}

# Old packages make the service sshd, and from 2003 on an account with this password for it; from OpenSSH 8.0 on it is
# cygsshd, and SYSTEM's. Where Windows refuses a password, ssh-host-config asks for another, for ever.
cygwin_sshd() {
  timeout -k 10 1200 ssh-host-config -y -c ntsec -w "$(value credentials password)" </dev/null
  local config=$root/etc/sshd_config
  {
    printf '# winvm: keys only; a connection outlives a stop of the machine\n'
    printf '%s\n' 'PasswordAuthentication no' 'StrictModes yes' 'UseDNS no' 'TCPKeepAlive no'
    grep -Ev '^(# winvm:|PasswordAuthentication|StrictModes|UseDNS|TCPKeepAlive)' "$config" || true
  } >"$config.new"
  cat "$config.new" >"$config" # keeps owner and access list
  rm -f "$config.new"
  timeout -k 10 300 cygrunsrv -S cygsshd </dev/null || timeout -k 10 300 cygrunsrv -S sshd </dev/null
}

# A service that has started need not answer.
cygwin_answer() {
  local port=${WINVM_SSH_PORT:-22} banner='' waited
  for ((waited = 0; waited < 60; waited++)); do
    banner=$( (exec 3<>"/dev/tcp/127.0.0.1/$port" && IFS= read -r -t 10 line <&3 && printf '%s' "$line") 2>/dev/null) || true
    case $banner in SSH-2.0-*) return 0 ;; esac
    sleep 2
  done
  fail "nothing answers as sshd on port $port"
}

mkdir -p "$state"
rm -f "$state/installed" "$state/failed"
case $(uname -s) in
  CYGWIN_*) world=cygwin ;;
  Linux) world=reference ;;
  *) fail "neither Cygwin nor the reference guest: $(uname -s)" ;;
esac

if [ "$world" = cygwin ]; then run cygwin-packages 60 cygwin_packages; fi
run authorized-key 15 install_key
run credentials 15 install_credentials
run launcher 15 install_launcher
run shares 15 "${world}_shares"
run sshd 60 "${world}_sshd"
if [ "$world" = cygwin ]; then run sshd-answers 30 cygwin_answer; fi

{
  printf 'guest=%s\nsystem=%s\n' "$(value settings guest)" "$(uname -sr)"
  cat "$state/steps"
} >"$state/installed.new"
rm -f "$state/steps" "$state/step"
mv -f "$state/installed.new" "$state/installed"
report installed
