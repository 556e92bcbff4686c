/** Times as people say them. Everything is in seconds since 1970 and shown in the person's own time zone. */

import { once } from "./once";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const written = (options: Intl.DateTimeFormatOptions) =>
  once(() => new Intl.DateTimeFormat("en-GB", options));
const clockTime = written({ hour: "2-digit", minute: "2-digit" });
const clockSeconds = written({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayAndMonth = written({ day: "numeric", month: "short" });
const longDay = written({ day: "numeric", month: "long" });
const longFullDay = written({ day: "numeric", month: "long", year: "numeric" });
const fullDay = written({ day: "numeric", month: "short", year: "numeric" });

/** This moment, in whole seconds since 1970. */
export function secondsNow(): number {
  return Math.floor(Date.now() / 1000);
}

function dateOf(at: number): Date | null {
  const date = new Date(at * 1000);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Days between two moments by the calendar: 0 is the same day. */
function calendarDays(at: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(at) - midnight(now)) / (DAY * 1000));
}

/** When the day of this moment began. */
export function dayStart(at: number): number {
  const date = dateOf(at);
  return date ? Math.floor(date.setHours(0, 0, 0, 0) / 1000) : at;
}

/** How long: "42 s", "23 min", "6 h", "12 days". */
export function span(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) {
    return `${whole} s`;
  }
  if (whole < HOUR) {
    return `${Math.floor(whole / MINUTE)} min`;
  }
  if (whole < 2 * DAY) {
    return `${Math.floor(whole / HOUR)} h`;
  }
  return `${Math.floor(whole / DAY)} days`;
}

/** The same for a voice: "23 minutes". */
export function spokenSpan(seconds: number): string {
  const [count, unit] = span(seconds).split(" ");
  const names: Record<string, string> = { s: "second", min: "minute", h: "hour", days: "day" };
  const name = names[unit ?? ""] ?? unit ?? "";
  return `${count} ${name}${count === "1" ? "" : "s"}`;
}

/** "in 23 min", "24 min ago", "now". */
export function relative(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < 1) {
    return "now";
  }
  return distance > 0 ? `in ${span(distance)}` : `${span(-distance)} ago`;
}

/** "15:08". */
export function clock(at: number): string {
  const date = dateOf(at);
  return date ? clockTime().format(date) : "—";
}

/** The day: "today", "yesterday", "12 Nov", "12 Nov 2025". */
export function day(at: number, now: number): string {
  const date = dateOf(at);
  const today = dateOf(now);
  if (!date || !today) {
    return "—";
  }
  const days = calendarDays(date, today);
  const near: Record<number, string> = { [-1]: "yesterday", 0: "today", 1: "tomorrow" };
  const word = near[days];
  if (word) {
    return word;
  }
  return date.getFullYear() === today.getFullYear() ? dayAndMonth().format(date) : fullDay().format(date);
}

/** Above what happened on a day: "Today, 24 November", "21 November", "24 November 2025". */
export function dayTitle(at: number, now: number): string {
  const date = dateOf(at);
  const today = dateOf(now);
  if (!date || !today) {
    return "—";
  }
  const sameYear = date.getFullYear() === today.getFullYear();
  const said = (sameYear ? longDay : longFullDay)().format(date);
  const near = { [-1]: "Yesterday, ", 0: "Today, ", 1: "Tomorrow, " }[calendarDays(date, today)] ?? "";
  return `${near}${said}`;
}

/** "today, 14:08", "12 Nov, 09:14", "12 Nov 2025". */
export function moment(at: number, now: number): string {
  const date = dateOf(at);
  const today = dateOf(now);
  if (!date || !today) {
    return "—";
  }
  const near = Math.abs(calendarDays(date, today)) <= 1 || date.getFullYear() === today.getFullYear();
  return near ? `${day(at, now)}, ${clock(at)}` : day(at, now);
}

/** In a sentence: "today at 14:08", "12 Nov at 09:14", "12 Nov 2025". */
export function momentAt(at: number, now: number): string {
  return moment(at, now).replace(", ", " at ");
}

/** The clock where it is today, else the day with it: "15:08", "tomorrow, 09:00". */
export function shortMoment(at: number, now: number): string {
  return day(at, now) === "today" ? clock(at) : moment(at, now);
}

/** To the second: "24 Nov 2026, 14:33:07". */
export function exactly(at: number): string {
  const date = dateOf(at);
  return date ? `${fullDay().format(date)}, ${clockSeconds().format(date)}` : "—";
}

/** A stopwatch: "0:42". */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, "0")}`;
}
