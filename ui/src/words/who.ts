import type { Account } from "../bindings/Account";
import { visible } from "./providerText";

/** Who it is, in a line: the name that the person gave the account, then e-mail or name as claimed. */
export function whoIs(account: Account): string {
  const { email, display_name, name } = account;
  const claimed = email ?? display_name;
  const own = ownName(account);
  return [own, claimed === null && own === null ? name : claimed]
    .filter((text) => text !== null)
    .map(visible)
    .join(" · ");
}

/** "a, b and c"; of very many, the first and how many more. */
export function enumerated(names: string[]): string {
  const shown =
    names.length > MOST ? [...names.slice(0, MOST - 1), `${names.length - MOST + 1} more`] : names;
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(shown);
}

const MOST = 6;

/** What the person calls the account; null where its name was made from its profile and what was claimed. */
export function ownName({ name, profile, email, display_name, subject }: Account): string | null {
  const [first, second, ...more] = name.split("/");
  if (first !== profile || second === undefined || more.length > 0) {
    return name;
  }
  const bare = second.replace(/-\d+$/, "");
  // A user name is not among what is known here; as a rule it is the name in small letters.
  const made = [email, display_name, subject].filter((text) => text !== null).map(asName);
  const known = [...made, display_name === null ? "" : asName(display_name).toLowerCase()];
  return known.includes(second) || known.includes(bare) || NAMELESS.test(second) ? null : name;
}

/** What stands in the place of a subject that nobody told. */
const NAMELESS = /^(\d+|client)(-\d+)?$/;

/** Text as it stands in a name that was made from it. */
function asName(text: string): string {
  const name = Array.from(text, (character) => (/[A-Za-z0-9._-]/.test(character) ? character : "-"))
    .slice(0, 64)
    .join("");
  return /^[.-]|^$/.test(name) ? `_${name}`.slice(0, 64) : name;
}
