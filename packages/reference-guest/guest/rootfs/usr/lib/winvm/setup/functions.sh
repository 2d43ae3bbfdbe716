# shellcheck shell=bash
# Parts of Setup's passes. The plan that they obey was written by the reader of answer files.
. /usr/lib/winvm/common.sh
panther=/cygdrive/c/windows/Panther
plan=$panther/winvm-plan

# announce TEXT: a line for whoever watches the screen or reads the log of the serial port.
announce() {
  { printf '%s\r\n' "$*" >/dev/console; } 2>/dev/null || true
  { printf '%s\r\n' "$*" >/dev/ttyS0; } 2>/dev/null || true
  log "$*"
}

# log TEXT: into setupact.log, in Windows' form.
log() {
  mkdir -p "$panther"
  local uptime
  read -r uptime _ </proc/uptime
  printf '%(%Y-%m-%d %H:%M:%S)T, Info                  SETUP  [%s s] %s\r\n' -1 "$uptime" "$*" >>"$panther/setupact.log"
}

power_off() {
  exec /usr/lib/winvm/power off
}

# restart: where the disk has started the machine once in a rehearsal, the next times go without firmware and kernel,
# which take an emulator longer than all the rest.
restart() {
  if [ -f "$plan/rehearsal" ] && [ -f /etc/winvm/phase ]; then exec /usr/lib/winvm/power again; fi
  exec /usr/lib/winvm/power restart
}

# fail TEXT: Setup ends here. It never waits for anybody: the machine goes off.
fail() {
  announce "SETUP FAILED $*"
  set_image_state IMAGE_STATE_UNDEPLOYABLE
  printf '%s\n' "$*" >>"$panther/setuperr.log"
  keep_logs
  power_off
}

# keep_logs: what is in memory only goes to the new disk, if there is one. Replaced in the first pass.
keep_logs() { :; }

set_image_state() {
  mkdir -p /cygdrive/c/windows/Setup/State
  printf '[State]\r\nImageState=%s\r\n' "$1" >/cygdrive/c/windows/Setup/State/State.ini
}

# run_command DIRECTORY USER: runs one planned command; its exit code is this function's.
run_command() {
  local directory=$1 user=$2 argv=() started=$SECONDS code=0 wine_mode=()
  # In a rehearsal, after which the system is thrown away, Wine's boot is left out: batch files need no services.
  [ ! -f "$plan/rehearsal" ] || wine_mode=(WINEDLLOVERRIDES=wineboot.exe=)
  mapfile -d '' -t argv <"$directory/argv"
  log "command: $(<"$directory/line")"
  if [ "$(<"$directory/kind")" = posix ]; then
    local program=${argv[0]##*[\\/]}
    program=${program,,}
    winvm-as "$user" "${program%.exe}" "${argv[@]:1}" >>"$panther/commands.log" 2>&1 </dev/null || code=$?
  else
    # Wine's prefix belongs to the Administrator, who is as mighty as SYSTEM here.
    # Its server stays, so that the next command starts faster.
    pidof wineserver64 >/dev/null || winvm-as "$winvm_user" /usr/lib/winvm/wineserver -p
    winvm-as "$winvm_user" env "${wine_mode[@]}" /usr/lib/winvm/wine "${argv[@]}" >>"$panther/commands.log" 2>&1 </dev/null || code=$?
  fi
  log "exit code $code after $((SECONDS - started)) s"
  return "$code"
}

# played_by DIRECTORY: says what is run in the place of a command, where it can't be run as it is.
played_by() {
  [ ! -f "$1/played-by" ] || announce "SETUP plays $(<"$1/played-by")"
}

# run_synchronous PASS USER: the commands of a pass, with the contract of WillReboot. After a restart it goes on behind
# the last command.
run_synchronous() {
  local pass=$1 user=$2 directory name code next=0
  [ ! -f "$plan/next-$pass" ] || next=$(<"$plan/next-$pass")
  for directory in "$plan/commands/$pass"/*/; do
    [ -d "$directory" ] || continue
    name=$(basename "$directory")
    ((10#$name > 10#$next)) || continue
    code=0
    played_by "${directory%/}"
    run_command "${directory%/}" "$user" || code=$?
    announce "SETUP $pass command $name: exit code $code"
    case $(<"$directory/reboot")/$code in
      Always/*) restart_after "$pass" "$name" ;;
      OnRequest/0) ;;
      OnRequest/1) restart_after "$pass" "$name" ;;
      OnRequest/2) restart ;;
      OnRequest/*) fail "$pass: command $name ended with exit code $code: $(<"$directory/line")" ;;
    esac
  done
}

restart_after() {
  printf '%s\n' "$2" >"$plan/next-$1"
  restart
}
