const SECTOR = 512;
const LOADED_AT = 0x7c00;
/** What it says on its first serial port when it is up. */
export const TINY_GUEST_UP = 'TINY-GUEST-UP';

const hex = (...parts: readonly string[]): Buffer => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');

// Segments to zero, then SI to the text: cli; xor ax,ax; mov ds,ax; mov si,…
const BEGIN = hex('fa 31c0 8ed8 be');
// Every byte of the text to COM1: lodsb; test al,al; jz +6; mov dx,3f8h; out dx,al; jmp back
const PRINT = hex('ac 84c0 7406 baf803 ee ebf5');
// Power button on, then sleep until it was pressed, then off: ports 602h, 600h and 604h of QEMU's q35.
const OBEY = hex('ba0206 b80001 ef fb', 'f4 ba0006 ed f6c401 74f6', 'ba0406 b80020 ef f4 ebfd');
// sti; hlt; for ever
const IGNORE = hex('fb f4 ebfd');

/**
 * A disk image of 1 MiB whose boot sector is a whole operating system: it says that it is up and sleeps. With `obeys` it
 * switches the machine off when the power button is pressed, else it never does. Boots in an instant, also without KVM.
 */
export const tinyGuest = ({ obeys = true }: { readonly obeys?: boolean } = {}): Buffer => {
  const code = Buffer.concat([PRINT, obeys ? OBEY : IGNORE]);
  const start = Buffer.alloc(2);
  start.writeUInt16LE(LOADED_AT + BEGIN.length + start.length + code.length);
  const image = Buffer.alloc(1024 * 1024);
  Buffer.concat([BEGIN, start, code, Buffer.from(`${TINY_GUEST_UP}\r\n\0`)]).copy(image);
  image.writeUInt16BE(0x55aa, SECTOR - 2);
  return image;
};
