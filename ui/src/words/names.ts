const PART = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** Why a text is no name of a profile, in words; null where it is one. */
export function profileNameFault(text: string): string | null {
  if (text === "") {
    return "A name is needed.";
  }
  return PART.test(text)
    ? null
    : "Use 1 to 64 letters, digits, dots, - and _, beginning with neither - nor a dot.";
}

/** The same for an account, whose name may have two parts. */
export function accountNameFault(text: string): string | null {
  const parts = text.split("/");
  if (parts.length > 2) {
    return "At most two parts are joined by /.";
  }
  return parts.map(profileNameFault).find((fault) => fault !== null) ?? null;
}
