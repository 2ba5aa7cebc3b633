/** Folders of the host itself, and of the agent and the engine: no disk of a guest is there, not even one it only reads. */
const CLOSED = /^\/(?:etc|proc|sys|run|var\/run|root|dev|var\/(?:log|spool)|var\/lib\/(?:axion|docker|containerd|systemd|libvirt)|opt\/axion|home\/[^/]+\/\.[^/]+)(?:\/|$)/;
/** Programs and kernels, which everybody may read. */
const PROGRAMS = /^\/(?:usr|s?bin|lib(?:32|64|x32)?|boot)(?:\/|$)/;
/** libvirt's own folders for images and for kernels. */
const IMAGES = /^\/var\/lib\/libvirt\/(?:images|boot)\/./;

/** Whether a file there is an image by where it is. Pure. */
export const isImageFolder = (path: string): boolean => IMAGES.test(path);

/** Whether a path leads into the host's own files. `/dev` counts: what a device is, its file alone tells. Pure. */
export const isHostFile = (path: string, use: 'read' | 'write'): boolean => (CLOSED.test(path) && !IMAGES.test(path)) || (use === 'write' && PROGRAMS.test(path)) || path === '/';
