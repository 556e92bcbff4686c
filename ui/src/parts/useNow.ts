import { useEffect, useState } from "react";
import { secondsNow } from "../words/time";

const MINUTE = 60;

/** The time in seconds since 1970: once a minute, by the second while one of these moments is less than a minute off. */
export function useNow(...moments: (number | null | undefined)[]): number {
  const [now, setNow] = useState(secondsNow);
  const close = moments.some((at) => typeof at === "number" && Math.abs(at - now) <= MINUTE + 1);
  useEffect(() => {
    const step = close ? 1000 : nextMinute();
    const timer = setTimeout(() => setNow(secondsNow()), step);
    return () => clearTimeout(timer);
  });
  return now;
}

function nextMinute(): number {
  return 60_000 - (Date.now() % 60_000) + 20;
}
