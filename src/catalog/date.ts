/** The day for which this catalog speaks: what ended before it is out of support. A constant, so that the same profile always gives the same words. */
export const CATALOG_DATE = '2026-11-20';

/** Whether support that ends on `day` (YYYY-MM-DD) is over at {@link CATALOG_DATE}. */
export const isOver = (day: string): boolean => day < CATALOG_DATE;
