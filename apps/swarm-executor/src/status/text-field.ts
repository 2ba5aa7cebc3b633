/** A non-empty text field of an action's body. */
export const textField = (body: unknown, field: string): string | undefined => {
  const value = (body as Readonly<Record<string, unknown>> | null | undefined)?.[field];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
