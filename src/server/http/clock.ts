/** The time in ms since some instant; it never goes back. */
export type Clock = () => number;
