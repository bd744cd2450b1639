/** RFC 3339, UTC, whole seconds: the form in which the secrets file keeps times. */
export const utc = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** The time `seconds` after `now`, in the same form. */
export const after = (now: Date, seconds: number): string => utc(new Date(now.getTime() + seconds * 1000));
