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

// sti; then for ever: ax = 4300h (write), second disk, si = the request; int 13h; a dot, or ! with carry, to COM1; 18 ticks; next sector
const WRITE = [hex('fb b80043 b281 be'), hex('cd13 b02e 7302 b021 baf803 ee b91200 f4 e2fd ff06'), hex('ebe0')] as const;
// One sector (this one) to where the disk begins.
const REQUEST = hex('1000 0100 007c 0000 0000000000000000');
const SECTOR_IN_REQUEST = 8;

/**
 * A disk image of 1 MiB whose boot sector is a whole operating system: it says that it is up and sleeps. With `obeys` it
 * switches the machine off when the power button is pressed, else it never does. One that `writes` does not sleep: each second it writes its own text to the next sector of its
 * second disk and says `.`, or `!` where it could not. Boots in an instant, also without KVM.
 */
export const tinyGuest = ({ obeys = true, writes = false }: { readonly obeys?: boolean; readonly writes?: boolean } = {}): Buffer => {
  const text = Buffer.from(`${TINY_GUEST_UP}\r\n\0`);
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return bytes;
  };
  const build = (start: number, request: number): Buffer =>
    Buffer.concat([BEGIN, word(start), PRINT, ...(writes ? [WRITE[0], word(request), WRITE[1], word(request + SECTOR_IN_REQUEST), WRITE[2]] : [obeys ? OBEY : IGNORE])]);
  const end = LOADED_AT + build(0, 0).length;
  const image = Buffer.alloc(1024 * 1024);
  Buffer.concat([build(end, end + text.length), text, REQUEST]).copy(image);
  image.writeUInt16BE(0x55aa, SECTOR - 2);
  return image;
};
