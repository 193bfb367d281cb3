/** Methods that the invented data does not answer say so, as Go does for a part that is not built. */
export function unanswered<T extends object>(answered: Partial<T>): T {
  return new Proxy(answered, {
    get: (known, name) =>
      known[name as keyof T] ??
      (() => Promise.reject(JSON.stringify({ code: 'not_built', text: 'This part is not ready yet.' }))),
  }) as T;
}
