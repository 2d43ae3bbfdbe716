# shellcheck shell=sh disable=SC2034
# Parts of all scripts here.
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin:/usr/lib/winvm/busybox
winvm_user=Administrator

# say TEXT: to the screen and to the first serial port, whose log the host keeps.
say() {
  { printf 'winvm: %s\r\n' "$*" >/dev/console; } 2>/dev/null
  { printf 'winvm: %s\r\n' "$*" >/dev/ttyS0; } 2>/dev/null
  return 0
}

# The letters of drives with removable media, as Windows gives them: A for the floppy, CDs from D on.
mount_media() {
  letters='d e f g h i j k l'
  for device in /dev/sr*; do
    [ -b "$device" ] || continue
    letter=${letters%% *}
    letters=${letters#* }
    add_drive "$letter" "$device" iso9660
  done
  if [ -b /dev/fd0 ]; then
    add_drive a /dev/fd0 vfat
  fi
}

# add_drive LETTER DEVICE TYPE
add_drive() {
  mkdir -p "/cygdrive/$1"
  ln -sfn "/cygdrive/$1" "/var/lib/wine/dosdevices/$1:"
  mount -t "$3" -o ro,uid=1000,gid=1000 "$2" "/cygdrive/$1" 2>/dev/null
}
