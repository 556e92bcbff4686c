import { describe, expect, test } from "vitest";
import {
  clock,
  day,
  dayTitle,
  exactly,
  moment,
  momentAt,
  relative,
  shortMoment,
  span,
  spokenSpan,
  stopwatch,
} from "./time";

const now = Date.UTC(2026, 10, 24, 14, 32, 0) / 1000;
const DAY = 86_400;

describe("how long", () => {
  test.each([
    [0, "0 s"],
    [-5, "0 s"],
    [42, "42 s"],
    [60, "1 min"],
    [1439, "23 min"],
    [6 * 3600, "6 h"],
    [47 * 3600, "47 h"],
    [6 * DAY, "6 days"],
  ])("%i seconds are %s", (seconds, words) => expect(span(seconds)).toBe(words));

  test("a voice says whole words, and one minute is not minutes", () => {
    expect(spokenSpan(1439)).toBe("23 minutes");
    expect(spokenSpan(60)).toBe("1 minute");
    expect(spokenSpan(6 * DAY)).toBe("6 days");
  });
});

describe("when", () => {
  test("a day's title says near days by name and another year's year", () => {
    expect(dayTitle(now, now)).toBe("Today, 24 November");
    expect(dayTitle(now - DAY, now)).toBe("Yesterday, 23 November");
    expect(dayTitle(now - 3 * DAY, now)).toBe("21 November");
    expect(dayTitle(now - 400 * DAY, now)).toBe("20 October 2025");
    expect(dayTitle(Number.MAX_SAFE_INTEGER, now)).toBe("—");
  });

  test("near days have names, this year has no number", () => {
    expect(moment(now - 60, now)).toBe("today, 14:31");
    expect(moment(now - DAY, now)).toBe("yesterday, 14:32");
    expect(moment(now + DAY, now)).toBe("tomorrow, 14:32");
    expect(moment(now - 12 * DAY, now)).toBe("12 Nov, 14:32");
    expect(moment(now - 400 * DAY, now)).toBe("20 Oct 2025");
    expect(momentAt(now - DAY, now)).toBe("yesterday at 14:32");
    expect(day(now - 400 * DAY, now)).toBe("20 Oct 2025");
  });

  test("yesterday is yesterday over a new year too", () => {
    const newYear = Date.UTC(2027, 0, 1, 8, 0, 0) / 1000;
    expect(moment(newYear - DAY, newYear)).toBe("yesterday, 08:00");
  });

  test("before and after are told apart", () => {
    expect(relative(now + 1380, now)).toBe("in 23 min");
    expect(relative(now - 1380, now)).toBe("23 min ago");
    expect(relative(now, now)).toBe("now");
  });

  test("today needs only the clock", () => {
    expect(shortMoment(now, now)).toBe("14:32");
    expect(shortMoment(now + 2 * DAY, now)).toBe("26 Nov, 14:32");
  });

  test("a time that no calendar has is a dash, not a crash", () => {
    expect(clock(1e300)).toBe("—");
    expect(moment(Number.NaN, now)).toBe("—");
    expect(exactly(1e300)).toBe("—");
  });

  test("to the second, and as a stopwatch", () => {
    expect(exactly(now)).toBe("24 Nov 2026, 14:32:00");
    expect(stopwatch(102)).toBe("1:42");
  });
});
