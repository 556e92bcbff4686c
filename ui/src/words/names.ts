const PART = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** Why a text is no name of a profile, in words; null where it is one. */
export function profileNameFault(text: string): string | null {
  if (text === "") {
    return "The profile needs a name.";
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
  if (parts.includes("")) {
    return parts.length === 1 ? "The account needs a name." : "A part of the name is empty.";
  }
  return parts.map(profileNameFault).find((fault) => fault !== null) ?? null;
}
