import type { Profile } from "../../bindings/Profile";
import type { ProviderSummary } from "../../bindings/ProviderSummary";
import { once } from "../../words/once";
import { PROTOCOLS } from "../../words/protocols";
import { CATEGORIES, categoryName, nameBeside, PRACTICE, providerName } from "../../words/providers";

/** Something to link an account at. */
export type Offer = { id: string; name: string; about: string; tile: string; choice: Choice };

/** What choosing it leads to. */
export type Choice =
  | { kind: "address"; address: string }
  | { kind: "profile"; profile: string }
  | { kind: "practice" }
  | { kind: "provider"; provider: string };

export type Section = { title: string; offers: Offer[] };

/** Every category at once. */
export const ALL = "all";

type Asked = { query: string; category: string; profiles: Profile[]; catalogue: ProviderSummary[] };

const alphabet = once(() => new Intl.Collator("en", { sensitivity: "base", numeric: true }));
const byName = (a: Offer, b: Offer) =>
  alphabet().compare(a.name, b.name) || alphabet().compare(a.about, b.about);

/** What is offered for a query: a pasted address first, then what is ready, then the catalogue. */
export function sectionsOf({ query, category, profiles, catalogue }: Asked): Section[] {
  const address = addressIn(query);
  const wanted = (offer: Offer, words: string) =>
    matches(`${offer.name} ${offer.about} ${words}`, query, address);
  const ready = [...readyOffers(profiles, catalogue), PRACTICE_OFFER].filter((offer) => wanted(offer, ""));
  const found = catalogue
    .filter(({ id, category: of }) => id !== PRACTICE && (category === ALL || of === category))
    .map((provider) => ({
      offer: providerOffer(provider),
      words: `${provider.id} ${provider.name} ${categoryName(provider.category)}`,
    }))
    .filter(({ offer, words }) => wanted(offer, words))
    .map(({ offer }) => offer)
    .sort(byName);
  return [
    { title: "This server", offers: address === null ? [] : [addressOffer(address)] },
    { title: "Ready: you have a client registration", offers: category === ALL ? ready : [] },
    { title: category === ALL ? "All providers" : categoryName(category), offers: found },
  ].filter(({ offers }) => offers.length > 0);
}

function readyOffers(profiles: Profile[], catalogue: ProviderSummary[]): Offer[] {
  return profiles
    .filter(({ provider }) => provider !== PRACTICE)
    .map(({ name, provider, protocol }) => {
      const called = providerName({ provider, profile: name }, catalogue);
      return {
        id: `profile ${name}`,
        name: called,
        about: called === name ? PROTOCOLS[protocol] : name,
        tile: provider ?? name,
        choice: { kind: "profile" as const, profile: name },
      };
    })
    .sort(byName);
}

const PRACTICE_OFFER: Offer = {
  id: "practice",
  name: "Practice provider",
  about: "On this machine",
  tile: PRACTICE,
  choice: { kind: "practice" },
};

function providerOffer({ id, name, protocol }: ProviderSummary): Offer {
  return {
    id: `provider ${id}`,
    name: nameBeside(PROTOCOLS[protocol], name),
    about: PROTOCOLS[protocol],
    tile: id,
    choice: { kind: "provider", provider: id },
  };
}

function addressOffer(address: string): Offer {
  return {
    id: "address",
    name: hostOf(address),
    about: "Ask this server how to sign in there",
    tile: hostOf(address),
    choice: { kind: "address", address },
  };
}

/** The categories that the catalogue has, and how many providers each. */
export function categoriesOf(catalogue: ProviderSummary[]): { id: string; text: string; count: number }[] {
  const known = Object.keys(CATEGORIES);
  const place = (id: string) => (known.includes(id) ? known.indexOf(id) : known.length);
  const others = catalogue.filter(({ id }) => id !== PRACTICE);
  const ids = [...new Set(others.map(({ category }) => category))].sort((a, b) => place(a) - place(b));
  return [
    { id: ALL, text: "All", count: others.length },
    ...ids.map((id) => ({
      id,
      text: categoryName(id),
      count: others.filter(({ category }) => category === id).length,
    })),
  ];
}

const ADDRESS =
  /^(https?:\/\/\S+|(localhost|[0-9]{1,3}(\.[0-9]{1,3}){3}|([\p{L}\p{N}_-]+\.)+\p{L}{2,})(:\d+)?(\/\S*)?)$/iu;

/** The address that a query is, if it is one; the scheme may be left out. */
export function addressIn(query: string): string | null {
  const typed = query.trim();
  return ADDRESS.test(typed) ? typed : null;
}

/** Who answers at an address, as people write it. */
export function hostOf(address: string): string {
  const whole = address.includes("://") ? address : `https://${address}`;
  return URL.canParse(whole) ? new URL(whole).host : address;
}

/** Every word is looked for; of an address, the parts of its host. */
function matches(known: string, query: string, address: string | null): boolean {
  const text = known.toLowerCase();
  if (address !== null) {
    const parts = hostOf(address).toLowerCase().split(/[.:]/);
    return text.split(/[^\p{L}\p{N}]+/u).some((word) => word.length > 2 && parts.includes(word));
  }
  return query
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
