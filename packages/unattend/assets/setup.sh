#!/bin/bash
# Finishes the installation of a winvm guest, at the first logon: in Cygwin on Windows and in the reference guest.
# Lies on the set-up medium beside its data: settings, credentials, shares, authorized_keys.
#
# C:\winvm\installed  what was done; there only when all of it succeeded
# C:\winvm\failed     the step that failed, and why; then the exit code is 1
# The first serial port gets the same as one line: "winvm-setup: installed" or "winvm-setup: failed: STEP: REASON".
#
# WINVM_ROOT: a directory that stands for /, for trials outside a guest.
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
  printf 'step=%s\nreason=%s\n' "$step" "$1" >"$state/failed" || true
  report "failed: $step: $1"
  exit 1
}
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

# run STEP FUNCTION: one step, noted when it is done.
run() {
  step=$1
  "$2"
  printf 'step=%s\n' "$step" >>"$state/steps"
}

# value FILE KEY: what stands behind KEY= there.
value() {
  sed -n "s/^$2=//p" "$medium/$1" | tr -d '\r'
}

install_key() {
  chmod go-w "$HOME"
  mkdir -p "$HOME/.ssh"
  chmod 700 "$HOME/.ssh"
  (umask 077 && tr -d '\r' <"$medium/authorized_keys" >"$HOME/.ssh/authorized_keys")
  chmod 600 "$HOME/.ssh/authorized_keys"
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

# The service is called cygsshd since OpenSSH 8.0 and sshd before. The password is for the account that old versions
# make for the service.
cygwin_sshd() {
  ssh-host-config -y -c ntsec -w "$(value credentials password)"
  local config=$root/etc/sshd_config
  {
    printf '# winvm: keys only; a connection outlives a stop of the machine\n'
    printf '%s\n' 'PasswordAuthentication no' 'UseDNS no' 'TCPKeepAlive no'
    grep -Ev '^(# winvm:|PasswordAuthentication|UseDNS|TCPKeepAlive)' "$config" || true
  } >"$config.new"
  cat "$config.new" >"$config" # keeps owner and access list
  rm -f "$config.new"
  cygrunsrv -S cygsshd || cygrunsrv -S sshd
}

mkdir -p "$state"
rm -f "$state/installed" "$state/failed"
case $(uname -s) in
  CYGWIN_*) world=cygwin ;;
  Linux) world=reference ;;
  *) fail "neither Cygwin nor the reference guest: $(uname -s)" ;;
esac

run authorized-key install_key
run credentials install_credentials
run launcher install_launcher
run shares "${world}_shares"
run sshd "${world}_sshd"

{
  printf 'guest=%s\nsystem=%s\n' "$(value settings guest)" "$(uname -sr)"
  cat "$state/steps"
} >"$state/installed.new"
rm -f "$state/steps"
mv -f "$state/installed.new" "$state/installed"
report installed
