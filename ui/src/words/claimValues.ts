/** How the values of claims read. A value that is not what its claim promises is shown as it is. */

/** How a claim's value is shown. */
export type ClaimValue =
  | { kind: "text"; text: string; rest?: string[] }
  | { kind: "code"; text: string }
  | { kind: "time"; at: number };

/** Any value but a time. */
export type Worded = Exclude<ClaimValue, { kind: "time" }>;

export type Reader = (value: unknown) => ClaimValue;

const FIRST = 5;

/** The value as the provider sent it; a text without its quotes. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Yes, also where a server writes it as text. */
export function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

export const code = (value: unknown): Worded =>
  isTexts(value)
    ? { kind: "code", text: value.join(", ") }
    : { kind: "code", text: typeof value === "number" ? String(value) : asText(value) };

/** What nobody knows more about. */
export const plain: Reader = (value) => {
  if (value === null) {
    return { kind: "text", text: "Nothing" };
  }
  if (value === "") {
    return { kind: "text", text: "Empty" };
  }
  if (typeof value === "boolean") {
    return { kind: "text", text: value ? "Yes" : "No" };
  }
  if (isTexts(value)) {
    return list(value);
  }
  if (typeof value === "string") {
    const at = instant(value);
    return at === null ? { kind: "text", text: value } : { kind: "time", at };
  }
  return code(value);
};

/** The first five, and the rest at a word. */
function list(items: string[]): Worded {
  return items.length > FIRST
    ? { kind: "text", text: items.slice(0, FIRST).join(", "), rest: items.slice(FIRST) }
    : { kind: "text", text: items.length === 0 ? "None" : items.join(", ") };
}

export const yesOrNo: Reader = (value) =>
  typeof value === "boolean" || value === "true" || value === "false"
    ? { kind: "text", text: isTrue(value) ? "Yes" : "No" }
    : plain(value);

/** Seconds since 1970 (RFC 7519 §2, NumericDate); some servers write a date and time instead. */
export const time: Reader = (value) => {
  const at = typeof value === "number" ? value : typeof value === "string" ? instant(value) : null;
  return at === null ? plain(value) : { kind: "time", at };
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** A date and time as RFC 3339 writes it, in seconds since 1970. */
function instant(text: string): number | null {
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.floor(at / 1000);
}

const BIRTHDAY = /^(\d{4})(?:-(\d\d)-(\d\d))?$/;

/** A birthday: the year may be `0000` for "not said", or stand alone (OIDC Core §5.1). */
export const date: Reader = (value) => {
  const [, year, month, day] = (typeof value === "string" && BIRTHDAY.exec(value)) || [];
  if (year === undefined) {
    return plain(value);
  }
  if (month === undefined || day === undefined) {
    return { kind: "text", text: year };
  }
  const at = new Date(Date.UTC(2000, Number(month) - 1, Number(day)));
  if (at.getUTCMonth() !== Number(month) - 1) {
    return plain(value);
  }
  const spoken = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone: "UTC" }).format(
    at,
  );
  return { kind: "text", text: year === "0000" ? `${spoken}, the year is not said` : `${spoken} ${year}` };
};

/** A language by its name (BCP 47; some servers write `_` for `-`). */
export function language(value: unknown): Worded {
  if (typeof value !== "string") {
    return code(value);
  }
  try {
    const name = new Intl.DisplayNames("en-GB", { type: "language" }).of(value.replaceAll("_", "-"));
    return { kind: "text", text: name ?? value };
  } catch {
    return { kind: "text", text: value };
  }
}

/** A time zone of the IANA's, with where its clock stands. */
export const zone: Reader = (value) => {
  if (typeof value !== "string") {
    return plain(value);
  }
  try {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: value, timeZoneName: "longOffset" });
    const offset = parts.formatToParts(new Date()).find(({ type }) => type === "timeZoneName")?.value;
    const place = value.split("/").at(-1)?.replaceAll("_", " ") ?? value;
    return { kind: "text", text: offset && place !== offset ? `${place}, now ${offset}` : place };
  } catch {
    return { kind: "text", text: value };
  }
};

const ADDRESS = ["street_address", "locality", "region", "postal_code", "country"];

/** An address (OIDC Core §5.1.1): as the server wrote it for an envelope, else its parts. */
export const lines: Reader = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return plain(value);
  }
  const parts: Record<string, unknown> = { ...value };
  const whole = parts.formatted;
  const text =
    typeof whole === "string" && whole.trim() !== ""
      ? whole
      : ADDRESS.flatMap((part) => (typeof parts[part] === "string" ? [parts[part]] : [])).join(", ");
  return text === "" ? code(value) : { kind: "text", text: text.split(/[\r\n]+/).join(", ") };
};

/** Authentication methods (RFC 8176 §2). */
const METHODS: Record<string, string> = {
  face: "face",
  fpt: "fingerprint",
  geo: "place",
  hwk: "key in hardware",
  iris: "iris",
  kba: "a question only you can answer",
  mca: "several channels",
  mfa: "several factors",
  otp: "one-time code",
  pin: "PIN",
  pop: "key",
  pwd: "password",
  rba: "risk",
  retina: "retina",
  sc: "smart card",
  sms: "text message",
  swk: "key in software",
  tel: "phone call",
  user: "your presence",
  vbm: "voice",
  wia: "Windows",
};

export const methods: Reader = (value) =>
  isTexts(value)
    ? list(value.map((method) => (Object.hasOwn(METHODS, method) ? (METHODS[method] ?? method) : method)))
    : plain(value);

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
