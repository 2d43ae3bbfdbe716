# The part of a bzImage that runs in protected mode: unpacks the kernel and starts it, in place of the kernel's own
# unpacker, which takes xz apart: more than two seconds of each start under emulation. LZ4 takes a tenth of that.
#
# How it is entered, and how the kernel wants to be entered: Documentation/arch/x86/boot.rst, "32-bit Boot Protocol" and
# "64-bit Boot Protocol". The packed kernel follows, as `lz4 -l` writes it: a magic number, then blocks with their sizes.

# The kernel's own place, which it is linked for; it may be as long as up to the tables.
#define KERNEL 0x1000000
# Page tables that map the first 4 GiB as they are: one of level 4, one of level 3, four of level 2.
#define TABLES 0x4f00000
# Whither all this moves first: a loader may have put it where the kernel goes.
#define HERE 0x5000000
#define HERE_OF(label) (HERE + label - start)

  .text
  .code32
  .globl start
start:
  jmp move
  .balign 4
  # The length of this and the packed kernel, in units of 4 bytes; filled in when the image is made.
length:
  .long 0

move:
  cli
  cld
  # There is no stack yet: as the kernel does, the field for scratch of the boot parameters is one.
  lea 0x1e8(%esi), %esp
  call 1f
1:
  pop %ebx
  mov %esi, %ebp # the boot parameters
  lea (start - 1b)(%ebx), %esi
  mov (length - start)(%esi), %ecx
  mov $HERE, %edi
  rep movsl
  mov $HERE_OF(moved), %eax
  jmp *%eax

moved:
  mov $TABLES, %edi
  mov $(6 * 4096 / 4), %ecx
  xor %eax, %eax
  rep stosl
  movl $(TABLES + 0x1000 + 3), TABLES
  mov $4, %ecx
  mov $(TABLES + 0x2000 + 3), %eax
  mov $(TABLES + 0x1000), %edi
1:
  mov %eax, (%edi)
  add $0x1000, %eax
  add $8, %edi
  loop 1b
  mov $2048, %ecx
  mov $0x83, %eax # present, writable, 2 MiB
  mov $(TABLES + 0x2000), %edi
1:
  mov %eax, (%edi)
  add $0x200000, %eax
  add $8, %edi
  loop 1b

  lgdt HERE_OF(descriptors)
  mov %cr4, %eax
  or $0x20, %eax # physical address extension
  mov %eax, %cr4
  mov $TABLES, %eax
  mov %eax, %cr3
  mov $0xc0000080, %ecx # EFER
  rdmsr
  or $0x100, %eax # long mode
  wrmsr
  mov %cr0, %eax
  or $0x80000001, %eax # paging, protection
  mov %eax, %cr0
  ljmp $0x10, $HERE_OF(long_mode)

  .code64
long_mode:
  mov $0x18, %eax
  mov %eax, %ds
  mov %eax, %es
  mov %eax, %ss
  mov $TABLES, %esp
  mov $(HERE_OF(packed) + 4), %esi
  mov $KERNEL, %edi

  # A block: its length in %edx, from %rsi to %rdi.
block:
  lodsl
  test %eax, %eax
  jz done
  lea (%rsi, %rax), %rdx

  # A sequence: literals, then a copy of what was written before. https://github.com/lz4/lz4, doc/lz4_Block_format.md
sequence:
  movzbl (%rsi), %eax
  inc %rsi
  mov %eax, %ecx
  shr $4, %ecx
  cmp $15, %ecx
  jne 2f
1:
  movzbl (%rsi), %r8d
  inc %rsi
  add %r8d, %ecx
  cmp $255, %r8d
  je 1b
2:
  lea (%rdi, %rcx), %r9
  lea (%rsi, %rcx), %r10
  # Eight bytes at a time, up to seven too many, which are written again.
3:
  cmp %r9, %rdi
  jae 4f
  mov (%rsi), %r8
  mov %r8, (%rdi)
  add $8, %rsi
  add $8, %rdi
  jmp 3b
4:
  mov %r9, %rdi
  mov %r10, %rsi
  cmp %rdx, %rsi
  jae block

  movzwl (%rsi), %r8d
  add $2, %rsi
  and $15, %eax
  cmp $15, %eax
  jne 6f
5:
  movzbl (%rsi), %ecx
  inc %rsi
  add %ecx, %eax
  cmp $255, %ecx
  je 5b
6:
  add $4, %eax
  lea (%rdi, %rax), %r9
  mov %rdi, %r10
  sub %r8, %r10
  cmp $8, %r8d
  jb 8f
7:
  mov (%r10), %rcx
  mov %rcx, (%rdi)
  add $8, %r10
  add $8, %rdi
  cmp %r9, %rdi
  jb 7b
  mov %r9, %rdi
  jmp sequence
  # What is copied begins less than eight bytes before: what was just written is read.
8:
  mov (%r10), %cl
  mov %cl, (%rdi)
  inc %r10
  inc %rdi
  cmp %r9, %rdi
  jb 8b
  jmp sequence

done:
  mov %ebp, %esi
  mov $KERNEL, %eax
  jmp *%rax

  .balign 8
gdt:
  .quad 0
  .quad 0
  .quad 0x00af9a000000ffff # 0x10: code of 64 bits
  .quad 0x00cf92000000ffff # 0x18: data
descriptors:
  .word descriptors - gdt - 1
  .long HERE_OF(gdt)

  # As objcopy pads the section.
  .balign 16
packed:
