import type { Account } from "../../bindings/Account";
import { visible } from "../../words/providerText";

/** Who it is, in a line: e-mail or name as claimed, else what Keybelt calls the account. */
export function whoIs({ email, display_name, name }: Account): string {
  return visible(email ?? display_name ?? name);
}
