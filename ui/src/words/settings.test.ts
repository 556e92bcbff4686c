import { expect, test } from "vitest";
import { bearsInAddress, shownValue } from "./settings";

test("a value is text, and what is not there says so", () => {
  expect(shownValue("https://a.example")).toBe("https://a.example");
  expect(shownValue(null)).toBe("not set");
  expect(shownValue(["a", "b"])).toBe('["a","b"]');
  expect(shownValue("a\u202eb")).toBe("a\ufffdb");
});

test("where the token stands in the address, it is said, whatever the protocol calls that", () => {
  const bears = (key: string, value: string) =>
    bearsInAddress({
      name: "work",
      provider: null,
      protocol: "oauth2",
      redirect_uris: [],
      routes: [],
      settings: { [key]: { value, layer: "profile", overrides: null } },
    });
  expect(bears("client_kwargs.token_placement", "uri")).toBe(true);
  expect(bears("client_kwargs.token_placement", "header")).toBe(false);
  expect(bears("client_kwargs.signature_type", "QUERY")).toBe(true);
  expect(bears("client_kwargs.signature_type", "BODY")).toBe(false);
  expect(bears("client_kwargs.scope", "query")).toBe(false);
});
