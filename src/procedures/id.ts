// What procedures are called: names that sort by age.
import { randomInt } from "node:crypto";

const TIME_DIGITS = 8;
const RANDOM_DIGITS = 8;

/** 16 characters: the time in ms, so that ids sort by age, and 41 random bits. */
export function newId(): string {
  const time = Date.now().toString(36).padStart(TIME_DIGITS, "0");
  const random = randomInt(36 ** RANDOM_DIGITS).toString(36);
  return time + random.padStart(RANDOM_DIGITS, "0");
}

export function isId(text: string): boolean {
  return /^[0-9a-z]{16}$/.test(text);
}
