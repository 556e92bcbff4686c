import type { Discovered } from "../../bindings/Discovered";
import type { Provider } from "../../bindings/Provider";

/** What a client registration is set up for: a provider of the catalogue, a server that was asked, or addresses by hand. */
export type Basis =
  | { kind: "provider"; provider: Provider }
  | { kind: "server"; found: Discovered }
  | { kind: "hand" };
