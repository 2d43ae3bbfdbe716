#!/bin/bash
# run-job.sh NONCE: runs the job that the host has put beside this file, and leaves word of how it ended.
# run-job.sh --stand-by: waits for a job to be spoken to it, see winvm_stand_by.
#
# Standard input, output and error are the command's. What the runner itself has to say goes to log/runner.log, but for
# the one line that a shell would print when it finds no program. The exit status is the command's, as far as eight
# bits go; all of it is in status/outcome, or in the last word of a runner that stood by. 125 = the job could not be run.
#
# bash 3.2 or later, on Linux or Cygwin. A fork costs 10 to 30 ms where a machine is emulated, so on the usual way there
# is none but the command itself: status files are therefore not renamed into place, but end with a line that tells
# that they are complete.
#
# The host may also speak this script as a command of the guest's shell, with the job's files in WINVM_JOB, a directory
# of the guest's own, and WINVM_LOG there: reading files over an emulated network is what would take most of the time.
#
# Or it lets the script stand by in a guest that is then frozen: see winvm_stand_by. bash 4.1 or later there.
#
# For tests, WINVM_XCHG is the exchange directory, WINVM_CYGDRIVE the directory of drives, WINVM_LAUNCHER the program
# that runs Windows programs, WINVM_MOUNTS the directory of the named shares, WINVM_PACKETS a counter of packets.
#
# Every variable here begins with winvm_: the environment is the command's, and no name in it may be touched.

winvm_root=${WINVM_XCHG:-/tmp/xchg}
winvm_drives=${WINVM_CYGDRIVE:-/cygdrive}
winvm_launcher=${WINVM_LAUNCHER:-$winvm_drives/c/winvm/winvm-launch.exe}
winvm_mounts=${WINVM_MOUNTS:-/mnt}
winvm_packets=${WINVM_PACKETS:-/sys/class/net/[!l]*/statistics/rx_packets}
winvm_job=${WINVM_JOB:-$winvm_root/job}
winvm_log=${WINVM_LOG:-$winvm_root/log/runner.log}
unset WINVM_XCHG WINVM_CYGDRIVE WINVM_LAUNCHER WINVM_MOUNTS WINVM_PACKETS WINVM_JOB WINVM_LOG

# winvm_write NAME LINES: writes a status file in one go.
winvm_write() {
  winvm_epoch=${EPOCHSECONDS:-}
  [ -n "$winvm_epoch" ] || printf -v winvm_epoch '%(%s)T' -1 2>/dev/null || winvm_epoch=$(date +%s)
  printf 'nonce=%s\nepoch=%s\n%send=%s\n' "$winvm_nonce" "$winvm_epoch" "$2" "$winvm_nonce" >"$winvm_root/status/$1"
}

# winvm_tell_start: the first word. Who stood by says it on standard output, ahead of the command.
winvm_tell_start() {
  if [ -z "$winvm_standing" ]; then
    winvm_write started ''
  else
    winvm_epoch=${EPOCHSECONDS:-}
    [ -n "$winvm_epoch" ] || printf -v winvm_epoch '%(%s)T' -1
    printf 'nonce=%s epoch=%s\n' "$winvm_nonce" "$winvm_epoch"
  fi
  winvm_begun=yes
}

# winvm_end KIND CODE [LINE]: the last word.
winvm_end() {
  # What the runner had to say is for the host where something went wrong.
  [ "$winvm_log" = "$winvm_root/log/runner.log" ] || [ ! -s "$winvm_log" ] ||
    printf '%s\n' "$(<"$winvm_log")" >"$winvm_root/log/runner.log"
  if [ -z "$winvm_standing" ] || [ -n "$3" ] || ! winvm_tell_end "$1" "$2"; then
    winvm_write outcome "kind=$1"$'\n'"exitCode=$2"$'\n'"${3:+$3$'\n'}"
  fi
  [ -z "$winvm_forked" ] || : >"$winvm_own/ended"
  exit $(($2 & 255))
}

# winvm_tell_end KIND CODE: the last word of who stood by, on the command's standard error: one line, in one go. To make a
# file on a share takes an emulated machine a tenth of a second.
winvm_tell_end() {
  trap '' PIPE
  winvm_epoch=${EPOCHSECONDS:-}
  [ -n "$winvm_epoch" ] || printf -v winvm_epoch '%(%s)T' -1
  printf '\036nonce=%s\tepoch=%s\tkind=%s\texitCode=%s\tend=%s\n' \
    "$winvm_nonce" "$winvm_epoch" "$1" "$2" "$winvm_nonce" >&3
}

# winvm_refuse REASON: the job can't be run as it is.
winvm_refuse() {
  winvm_await_shares
  winvm_reason=${1//[[:cntrl:]]/?}
  printf 'winvm: %s\n' "$winvm_reason" >&2
  [ -n "$winvm_begun" ] || winvm_tell_start
  winvm_end jobInvalid 125 "reason=$winvm_reason"
}

# winvm_read_list FILE: its items, each of which ends with NUL, as winvm_items.
winvm_read_list() {
  local LC_ALL=C winvm_item=
  winvm_items=()
  while IFS= read -r -d '' winvm_item; do
    winvm_items+=("$winvm_item")
    winvm_item=
  done <"$winvm_job/$1" || winvm_refuse "job/$1 can't be read"
  [ -z "$winvm_item" ] || winvm_refuse "job/$1 is cut off"
}

# winvm_to_posix PATH: a Windows path as winvm_path; others stay as they are.
winvm_to_posix() {
  winvm_path=$1
  case $1 in
    [A-Za-z]:[\\/]* | [A-Za-z]:)
      local winvm_upper=ABCDEFGHIJKLMNOPQRSTUVWXYZ winvm_letter=${1:0:1} winvm_before
      winvm_before=${winvm_upper%%"$winvm_letter"*}
      [ ${#winvm_before} = 26 ] || winvm_letter=${winvm_lower:${#winvm_before}:1}
      winvm_path=$winvm_drives/$winvm_letter${1:2}
      winvm_path=${winvm_path//\\//}
      ;;
    \\\\*) winvm_path=${1//\\//} ;;
  esac
}
winvm_lower=abcdefghijklmnopqrstuvwxyz

# winvm_to_windows PATH: an absolute POSIX path as winvm_path, without a fork where it is below a drive.
winvm_to_windows() {
  local winvm_rest winvm_place winvm_letter
  case $1 in
    "$winvm_drives"/[A-Za-z] | "$winvm_drives"/[A-Za-z]/*)
      winvm_rest=${1#"$winvm_drives"/}
      winvm_path=${winvm_rest:0:1}:${winvm_rest:1}
      winvm_path=${winvm_path//\//\\}
      return
      ;;
  esac
  for winvm_rest in "${winvm_shares[@]}"; do
    winvm_letter=${winvm_rest##*$'\t'}
    winvm_place=${winvm_rest#*$'\t'}
    winvm_place=${winvm_place%$'\t'*}
    case $1 in
      "$winvm_place"/*)
        winvm_path=$winvm_letter:${1#"$winvm_place"}
        winvm_path=${winvm_path//\//\\}
        return
        ;;
    esac
  done
  winvm_path=$(cygpath -aw -- "$1") || winvm_refuse "there is no Windows path for $1"
}

# winvm_try FILE: whether it can be run; then winvm_program is its absolute path, and winvm_kind tells how it is run:
# native (a Windows program), batch, or plain (everything else; the system knows how).
winvm_try() {
  local winvm_magic=
  [ -e "$1" ] || return 1
  if [ ! -f "$1" ]; then
    winvm_denied=$1
    return 1
  fi
  winvm_program=$1
  case $1 in /*) ;; *) winvm_program=$PWD/${1#./} ;; esac
  case $1 in
    *.[Bb][Aa][Tt] | *.[Cc][Mm][Dd])
      winvm_kind='batch'
      return
      ;;
  esac
  LC_ALL=C IFS= read -r -n 2 -d '' winvm_magic <"$1"
  if [ "$winvm_magic" = MZ ] && ! winvm_is_cygwin "$1"; then
    winvm_kind=native
    # Cygwin finds name.exe by the name alone, Windows does not.
    [ ! "$1.exe" -ef "$1" ] || winvm_program=$winvm_program.exe
  elif [ -x "$1" ]; then
    winvm_kind=plain
  else
    winvm_denied=$1
    return 1
  fi
}

# winvm_is_cygwin FILE: whether a program of Windows' form is one of Cygwin's, whose status is a POSIX one.
winvm_is_cygwin() {
  case $OSTYPE in
    cygwin* | msys*) grep -q -a -e 'cygwin1\.dll' -e 'msys-2\.0\.dll' -- "$1" ;;
    *) return 1 ;;
  esac
}

# winvm_find NAME: finds a program as a POSIX shell does, and also by its name without Windows' endings.
winvm_find() {
  local winvm_rest winvm_directory winvm_suffix winvm_name
  winvm_denied=
  [ -n "$1" ] || return 1
  winvm_to_posix "$1"
  # A name with backslashes is a path where no file has just that name.
  for winvm_name in "$winvm_path" "${winvm_path//\\//}"; do
    case $winvm_name in
      */*)
        for winvm_suffix in '' .exe .com .bat .cmd; do
          winvm_try "$winvm_name$winvm_suffix" && return
        done
        ;;
      *)
        # Windows finds its own programs in its own directories, whatever PATH says.
        winvm_rest=$winvm_search:$winvm_drives/c/windows/system32:$winvm_drives/c/windows:
        while [ -n "$winvm_rest" ]; do
          winvm_directory=${winvm_rest%%:*}
          winvm_rest=${winvm_rest#*:}
          # Stand-ins for Windows' commands, which would keep eight bits of the exit code.
          [ "$winvm_directory" != /usr/lib/winvm/windows ] || continue
          for winvm_suffix in '' .exe .com .bat .cmd; do
            winvm_try "${winvm_directory:-.}/$winvm_name$winvm_suffix" && return
          done
        done
        ;;
    esac
    [ "$winvm_path" != "${winvm_path//\\//}" ] || break
  done
  return 1
}

# winvm_find_or_end NAME: finds a program, or ends as a shell does.
winvm_find_or_end() {
  winvm_find "$1" && return
  if [ -z "$winvm_denied" ]; then
    printf 'winvm: %s: command not found\n' "$1" >&3
    winvm_end notFound 127
  elif [ -d "$winvm_denied" ]; then
    printf 'winvm: %s: Is a directory\n' "$1" >&3
  else
    printf 'winvm: %s: Permission denied\n' "$1" >&3
  fi
  winvm_end notExecutable 126
}

# winvm_local_copy NAME: the script under a name of the guest's own drive (cmd.exe reads it line by line) as winvm_copy.
winvm_local_copy() {
  local LC_ALL=C winvm_text=
  IFS= read -r -d '' winvm_text <"$winvm_job/script"
  winvm_copy=$winvm_local/$1
  printf %s "$winvm_text" >"$winvm_copy" || winvm_refuse "$winvm_copy can't be written"
}

# Names for the shares that have a slot.
winvm_name_shares() {
  local winvm_share winvm_name winvm_place
  for winvm_share in "${winvm_shares[@]}"; do
    winvm_name=${winvm_share%%$'\t'*}
    winvm_place=${winvm_share#*$'\t'}
    winvm_place=${winvm_place%$'\t'*}
    case $winvm_place in
      "$winvm_mounts"/*)
        [ "$winvm_mounts/$winvm_name" != "$winvm_place" ] || continue
        [ ! "$winvm_mounts/$winvm_name" -ef "$winvm_place" ] || continue
        [ ! -e "$winvm_mounts/$winvm_name" ] || winvm_refuse "$winvm_mounts/$winvm_name is something else already"
        ln -s -- "$winvm_place" "$winvm_mounts/$winvm_name" || winvm_refuse "$winvm_mounts/$winvm_name can't be made"
        ;;
    esac
  done
}

# winvm_read: the job's files as variables. Who stands by is told the variables.
winvm_read() {
  local winvm_item winvm_try_again=5
  until IFS= read -r winvm_item <"$winvm_job/nonce" && [ "$winvm_item" = "$winvm_nonce" ]; do
    # What the guest's file system has seen before its revival may linger for some seconds.
    [ $((winvm_try_again -= 1)) -ge 0 ] || winvm_refuse 'the job is not the one that was announced'
    sleep 1
  done
  [ -n "$winvm_standing" ] || winvm_tell_start
  winvm_items=()
  [ ! -e "$winvm_job/env" ] || winvm_read_list env
  winvm_variables=("${winvm_items[@]}")
  winvm_items=()
  [ ! -e "$winvm_job/cwd" ] || winvm_read_list cwd
  winvm_cwd=${winvm_items[0]}
  winvm_shell=
  [ ! -e "$winvm_job/shell" ] || read -r winvm_shell <"$winvm_job/shell"
  winvm_shares=()
  while IFS= read -r winvm_item; do winvm_shares+=("$winvm_item"); done <"$winvm_job/shares"
  winvm_read_list argv
  winvm_arguments=("${winvm_items[@]}")
}

# winvm_load: arranges for the job as far as its shares are not needed. The environment becomes winvm_with.
winvm_load() {
  local winvm_item
  [ -n "$winvm_told" ] || winvm_read
  winvm_search=$PATH
  winvm_with=()
  if [ "${#winvm_variables[@]}" -gt 0 ]; then
    for winvm_item in "${winvm_variables[@]}"; do
      case $winvm_item in
        -* | =*) winvm_refuse "the environment can't hold $winvm_item" ;;
        PATH=*) winvm_search=${winvm_item#PATH=} ;;
        *=*) ;;
        *) winvm_refuse "the environment can't hold $winvm_item" ;;
      esac
    done
    # By env and not by export: any name, also one that this shell keeps for itself.
    winvm_with=(env "${winvm_variables[@]}")
  fi
  winvm_items=("${winvm_arguments[@]}")
}

# winvm_prepare: what no job has a part in. Where the launcher is, there is a drive that both sides know; otherwise the
# exchange directory is one.
winvm_prepare() {
  exec 3>&2 2>"$winvm_log"
  winvm_local=$winvm_drives/c/winvm
  [ -w "$winvm_local" ] || winvm_local=$winvm_root/status
}

# winvm_enter: goes where the job works, as soon as its shares are there.
winvm_enter() {
  winvm_await_shares
  winvm_name_shares
  winvm_path=$winvm_root/in
  if [ -n "$winvm_cwd" ]; then
    winvm_to_posix "$winvm_cwd"
    case $winvm_path in /*) ;; *) winvm_path=$winvm_root/in/$winvm_path ;; esac
  fi
  if [ -z "$winvm_within" ] || [ -n "$winvm_cwd" ]; then
    cd -- "$winvm_path" || winvm_refuse "there is no directory $winvm_path to work in"
  fi
  [ -n "$winvm_begun" ] || winvm_tell_start
  export WINVM_IN=$winvm_root/in WINVM_OUT=$winvm_root/out
}

# winvm_plan: what is to be run, as winvm_command; winvm_code is the file in which the launcher leaves the exit code.
winvm_plan() {
  winvm_code=
  case $winvm_shell in
    '')
      winvm_find_or_end "${winvm_items[0]}"
      winvm_items=("${winvm_items[@]:1}")
      ;;
    bash)
      winvm_program=$BASH winvm_kind=plain
      winvm_items=("$winvm_job/script" "${winvm_items[@]}")
      ;;
    cmd)
      winvm_local_copy "job-$$.cmd"
      winvm_program=$winvm_copy winvm_kind=batch
      ;;
    powershell)
      winvm_search=$winvm_search:$winvm_drives/c/windows/system32/WindowsPowerShell/v1.0
      winvm_find_or_end powershell
      winvm_local_copy "job-$$.ps1"
      winvm_to_windows "$winvm_copy"
      winvm_items=(-NoProfile -ExecutionPolicy Bypass -File "$winvm_path" "${winvm_items[@]}")
      ;;
    *) winvm_refuse "there is no shell $winvm_shell" ;;
  esac
  if [ "$winvm_kind" = plain ] || [ ! -f "$winvm_launcher" ]; then
    [ "$winvm_kind" = plain ] || printf 'winvm: without %s an exit code keeps eight bits\n' "$winvm_launcher" >&2
    winvm_command=("$winvm_program" "${winvm_items[@]}")
    # env would take it for a variable.
    case $winvm_program in *=*) winvm_command=("$BASH" -c 'exec "$@"' bash "${winvm_command[@]}") ;; esac
  else
    winvm_code=$winvm_local/code-$$
    winvm_to_windows "$winvm_code"
    winvm_command=("$winvm_launcher" "$winvm_path")
    winvm_to_windows "$winvm_program"
    winvm_command=("${winvm_command[@]}" "$winvm_path" "${winvm_items[@]}")
  fi
}

# winvm_judge STATUS: what the command's end means.
winvm_judge() {
  local winvm_line='' winvm_said='' winvm_number='^[0-9]{1,10}$'
  if [ -n "$winvm_code" ] && IFS= read -r winvm_line 2>/dev/null <"$winvm_code"; then
    [[ ! $winvm_line =~ $winvm_number ]] || winvm_end exited "$winvm_line"
    if [[ ${winvm_line#error=} =~ $winvm_number ]]; then
      [ "$1" != 127 ] || printf 'winvm: %s: command not found\n' "$winvm_program" >&3
      winvm_end notExecutable "$1" "windowsError=${winvm_line#error=}"
    fi
    printf 'winvm: the launcher left an unknown code, %s\n' "$winvm_line" >&2
  fi
  if [ "$1" -gt 128 ] && [ "$1" -lt 193 ]; then
    # bash says on its own standard error that a signal ended a command, but for SIGINT, SIGPIPE
    # and SIGTERM.
    IFS= read -r -d '' winvm_said <"$winvm_log"
    case $1:$winvm_said in
      130:* | 141:* | 143:* | *": line "*) winvm_end signalled "$1" "signal=$(($1 - 128))" ;;
    esac
  fi
  winvm_end exited "$1"
}

# winvm_await_shares: who stood by may not touch a share before the host has said so: it is only now being mounted, and a
# file system remembers what it did not find.
winvm_await_shares() {
  [ -n "$winvm_standing" ] && [ -z "$winvm_go" ] || return 0
  if ! IFS= read -r winvm_go || [ "$winvm_go" != go ]; then winvm_give_up; fi
}

# winvm_learn: where the guest's own PATH has which program, as winvm_known. Only what is run as it is; other programs have
# to be looked at, which takes too long on Cygwin.
winvm_learn() {
  local winvm_rest=$PATH: winvm_directory winvm_item winvm_magic
  declare -gA winvm_known=()
  case $OSTYPE in cygwin* | msys*) return ;; esac
  while [ -n "$winvm_rest" ]; do
    winvm_directory=${winvm_rest%%:*}
    winvm_rest=${winvm_rest#*:}
    case $winvm_directory in
      "$winvm_root"* | "$winvm_mounts"* | /nix/*) return ;;
      /usr/lib/winvm/windows) continue ;;
      /*) ;;
      *) return ;;
    esac
    for winvm_item in "$winvm_directory"/*; do
      case $winvm_item in
        *=* | *\\*) continue ;;
        # The first of its name counts, also where it can't be run as it is.
        *.[Bb][Aa][Tt] | *.[Cc][Mm][Dd] | *.[Ee][Xx][Ee] | *.[Cc][Oo][Mm]) winvm_magic=MZ ;;
        *)
          [ -f "$winvm_item" ] || continue
          winvm_magic=MZ
          [ ! -x "$winvm_item" ] || LC_ALL=C IFS= read -r -n 2 -d '' winvm_magic <"$winvm_item"
          ;;
      esac
      winvm_magic=${winvm_magic#MZ}
      [ -n "${winvm_known[${winvm_item##*/}]+x}" ] || winvm_known[${winvm_item##*/}]=${winvm_magic:+$winvm_item}
    done
  done
}

# winvm_knows_early: whether the job can be planned before its shares are there, and in few steps: a program by its mere
# name, which the guest's own PATH has.
winvm_knows_early() {
  [ -z "$winvm_shell" ] || return 1
  if [ -n "${winvm_variables[*]}" ]; then
    winvm_load
    [ "$winvm_search" = "$PATH" ] || return 1
  fi
  winvm_program=${winvm_known[${winvm_arguments[0]:-/}]}
  [ -n "$winvm_program" ] || return 1
  winvm_command=("$winvm_program" "${winvm_arguments[@]:1}")
}

# winvm_stand_by: lets a process stand by that becomes the command, and judges how that ended.
winvm_stand_by() {
  local winvm_status
  winvm_standing=yes
  # The job's own directory may become another.
  winvm_own=$winvm_job
  [ -d "$winvm_job" ] || mkdir -m 700 -- "$winvm_job" || exit 125
  rm -f -- "$winvm_own/ended" "$winvm_own/followed"
  winvm_prepare
  winvm_learn
  winvm_settle
  (winvm_follow)
  winvm_status=$?
  [ ! -e "$winvm_own/ended" ] || exit "$winvm_status"
  {
    IFS= read -r -t 1 -d '' winvm_nonce
    IFS= read -r -t 1 -d '' winvm_code
    IFS= read -r -t 1 -d '' winvm_program
  } <"$winvm_word" || exit "$winvm_status"
  winvm_judge "$winvm_status"
}

# winvm_settle: what need not be done after the revival, where an emulated machine begins with no code translated. The
# process is in the job's directory already, which is whatever is mounted at that path later; a file is open, to read which
# proves that the share answers, by a fraction of what it takes to look something up; what the judge has to know goes
# through a pipe; another process goes ahead. On Linux only: on Windows a directory in use is more than its path.
winvm_settle() {
  winvm_word=$winvm_own/followed
  case $OSTYPE in cygwin* | msys*) return ;; esac
  exec 6<> <(:)
  winvm_word=/dev/fd/6 winvm_pipe=yes
  { cd -- "$winvm_root/in" && exec 5<"$winvm_root/standby"; } 2>/dev/null && winvm_within=yes
  exec 4> >(winvm_rehearse)
}

# winvm_rehearse: at a revival, while the job is still on its way, has a process that yields to all others become a small
# program: what the emulator translates for that it need not translate for the job. Neither ends with that: an end, too,
# would take time.
winvm_rehearse() {
  exec >/dev/null 2>&1 3>&- 5<&-
  exec 6> >(exec nice -n 19 sh -c 'read -r _ && exec env cat')
  winvm_await_packet && printf '\n' >&6 && IFS= read -r _
}

# winvm_await_packet: waits for the first packet after a quiet second: the controller announces itself at a revival. Fails
# at the end of the input.
winvm_await_packet() {
  local winvm_counter winvm_now winvm_seen='' winvm_pause=1
  for winvm_counter in $winvm_packets; do break; done
  while IFS= read -r winvm_now <"$winvm_counter"; do
    if [ "$winvm_now" = "$winvm_seen" ]; then
      winvm_pause=0.004
    elif [ "$winvm_pause" != 1 ]; then
      return
    fi
    winvm_seen=$winvm_now
    IFS= read -r -t "$winvm_pause" _
    [ $? -gt 128 ] || return 1
  done
  return 1
}

# winvm_follow: tells that it is ready, and waits, frozen with its machine. Then it reads a line with a nonce and shell text,
# which sets what winvm_read would and is not empty, and the line "go" when the shares are there. What follows is the
# command's input.
winvm_follow() {
  winvm_forked=yes
  winvm_variables=() winvm_cwd='' winvm_shell='' winvm_code='' winvm_with=()
  printf 'ready\n'
  IFS=' ' read -r winvm_nonce winvm_text || winvm_give_up
  [ -z "$winvm_within" ] || IFS= read -r _ <&5 || winvm_within=
  eval "$winvm_text"
  if winvm_knows_early; then
    winvm_leave_word
    winvm_enter
  else
    winvm_load
    winvm_enter
    winvm_plan
    winvm_leave_word
  fi
  exec "${winvm_with[@]}" "${winvm_command[@]}" 2>&3 3>&- 4>&- 5<&- 6>&-
}

# winvm_leave_word: what the judge has to know. A pipe that is open need not be looked up.
winvm_leave_word() {
  [ -n "$winvm_pipe" ] || exec 6>"$winvm_word"
  printf '%s\0' "$winvm_nonce" "$winvm_code" "$winvm_program" >&6
}

# winvm_give_up: there is nobody any more to tell.
winvm_give_up() {
  : >"$winvm_own/ended"
  exit 125
}

winvm_standing=
winvm_told=
winvm_go=
winvm_forked=
winvm_begun=
winvm_within=
winvm_pipe=

winvm_main() {
  winvm_nonce=$1
  case $winvm_nonce in
    '' | *[!A-Za-z0-9_-]*)
      printf 'usage: run-job.sh NONCE\n' >&2
      exit 125
      ;;
  esac
  winvm_prepare
  winvm_load
  winvm_enter
  winvm_plan
  "${winvm_with[@]}" "${winvm_command[@]}" 2>&3 3>&-
  winvm_judge $?
}

# The last line, so that the whole file has been read before a job can touch it.
if [ "$1" = --stand-by ]; then winvm_stand_by; else winvm_main "$@"; fi
