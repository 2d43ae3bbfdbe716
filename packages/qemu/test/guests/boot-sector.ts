/**
 * A guest of 512 bytes: it counts timer ticks (18.2 a second) in its memory, writes each count to COM1 as four
 * hexadecimal digits and a line feed, and powers off when its ACPI power button is pressed. Assembled by hand for the
 * 8086 and the PM registers where SeaBIOS puts them on both chipsets (0x600).
 */
export function countingGuest(options: { readonly deaf?: boolean } = {}): Buffer {
  const code = [
    [0xfa], // cli
    [0x31, 0xc0], // xor ax, ax
    [0x8e, 0xd8], // mov ds, ax
    [0x8e, 0xd0], // mov ss, ax
    [0xbc, 0x00, 0x7c], // mov sp, 0x7c00
    [0xa3, 0x00, 0x05], // mov [0x500], ax
    [0xba, 0x02, 0x06], // mov dx, 0x602 (PM1 enable)
    [0xb8, 0x00, options.deaf === true ? 0x00 : 0x01], // mov ax, 0x100 (power button) or 0
    [0xef], // out dx, ax
    [0xfb], // sti
    // tick:
    [0xf4], // hlt
    [0xba, 0x00, 0x06], // mov dx, 0x600 (PM1 status)
    [0xed], // in ax, dx
    [0xf6, 0xc4, 0x01], // test ah, 1 (power button)
    [0x74, 0x07], // jz count
    [0xba, 0x04, 0x06], // mov dx, 0x604 (PM1 control)
    [0xb8, 0x00, 0x20], // mov ax, 0x2000 (sleep enable, type S5)
    [0xef], // out dx, ax
    // count:
    [0xff, 0x06, 0x00, 0x05], // inc word [0x500]
    [0xa1, 0x00, 0x05], // mov ax, [0x500]
    [0xb9, 0x04, 0x00], // mov cx, 4
    // digit:
    [0xc1, 0xc0, 0x04], // rol ax, 4
    [0x50], // push ax
    [0x24, 0x0f], // and al, 0x0f
    [0x04, 0x30], // add al, '0'
    [0x3c, 0x3a], // cmp al, '9' + 1
    [0x72, 0x02], // jb put
    [0x04, 0x27], // add al, 'a' - '9' - 1
    // put:
    [0xba, 0xf8, 0x03], // mov dx, 0x3f8 (COM1)
    [0xee], // out dx, al
    [0x58], // pop ax
    [0xe2, 0xeb], // loop digit
    [0xb0, 0x0a], // mov al, '\n'
    [0xee], // out dx, al
  ].flat();
  const tick = 21;
  code.push(0xeb, 0x100 - (code.length + 2 - tick)); // jmp tick
  return sectorOf(code);
}

/** A guest that restarts its machine at once. */
export function rebootingGuest(): Buffer {
  return sectorOf([0xea, 0x00, 0x00, 0xff, 0xff]); // jmp 0xffff:0
}

function sectorOf(code: readonly number[]): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from(code).copy(sector);
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** The counts in a serial log, whole lines only. */
export function counts(log: string): readonly number[] {
  return log
    .split("\n")
    .slice(0, -1)
    .filter((line) => /^[0-9a-f]{4}$/.test(line))
    .map((line) => Number.parseInt(line, 16));
}
