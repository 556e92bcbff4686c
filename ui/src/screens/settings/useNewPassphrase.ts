import { useState } from "react";

export type NewPassphrase = ReturnType<typeof useNewPassphrase>;

/** A passphrase as it is being chosen. */
export function useNewPassphrase() {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  /** The passphrase, if both are the same; else what is wrong is said. */
  const taken = (): string | null => {
    const wrong =
      first === "" ? "Type a passphrase first." : first === second ? null : "The two are not the same.";
    setFault(wrong);
    return wrong === null ? first : null;
  };
  return { first, setFirst, second, setSecond, fault, taken };
}
