import {
  Autocomplete,
  Button,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  SearchField,
} from "react-aria-components";
import { Icon } from "../../parts/Icon";
import { Kbd } from "../../parts/Kbd";
import { Ring } from "../../parts/Ring";
import { Tile } from "../../parts/Tile";
import styles from "./Catalogue.module.css";
import { Categories } from "./Categories";
import type { Choice, Offer, Section } from "./offers";

type CatalogueProps = {
  query: string;
  onQuery: (query: string) => void;
  categories: { id: string; text: string; count: number }[];
  category: string;
  onCategory: (category: string) => void;
  sections: Section[];
  /** The id of the offer that is on its way. */
  busy: string | null;
  onChoose: (choice: Choice, id: string) => void;
  /** Between the search and what it found. */
  note: React.ReactNode;
  /** Where nothing was found. */
  nothing: React.ReactNode;
};

/** A search with the focus, and below it what it finds; arrows move in there, and the search keeps the focus. */
export function Catalogue(props: CatalogueProps) {
  const { query, onQuery, categories, category, onCategory, sections, busy, onChoose, note, nothing } = props;
  const choose = (key: string) => {
    const offer = sections.flatMap(({ offers }) => offers).find(({ id }) => id === key);
    if (offer) {
      onChoose(offer.choice, offer.id);
    }
  };
  return (
    <Autocomplete inputValue={query} onInputChange={onQuery}>
      <div className={styles.head}>
        <SearchField
          className={styles.search ?? ""}
          aria-label="Find a provider, or paste an issuer URL"
          autoFocus
          data-search
        >
          <Icon name="search" size={18} />
          <Input className={styles.input ?? ""} placeholder="Find a provider, or paste an issuer URL" />
          <span className={styles.key}>
            <Kbd>/</Kbd>
          </span>
          <Button className={styles.clear ?? ""} aria-label="Clear the search">
            <Icon name="x" />
          </Button>
        </SearchField>
        {note}
      </div>
      {sections.length === 0 ? (
        nothing
      ) : (
        <div className={styles.body}>
          {categories.length > 2 && query.trim() === "" && (
            <Categories categories={categories} chosen={category} onChoose={onCategory} />
          )}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys. */}
          {/* biome-ignore lint/a11y/useSemanticElements: nothing in it is filled in, so it is no fieldset. */}
          <div className={styles.scroll} tabIndex={0} role="group" aria-label="What was found">
            <ListBox
              className={styles.offers ?? ""}
              layout="grid"
              aria-label="Providers"
              items={sections}
              onAction={(key) => choose(String(key))}
            >
              {(section) => (
                <ListBoxSection id={section.title} className={styles.section ?? ""}>
                  <Header className={styles.heading ?? ""}>{section.title}</Header>
                  {section.offers.map((offer) => (
                    <OfferCell key={offer.id} offer={offer} busy={busy === offer.id} />
                  ))}
                </ListBoxSection>
              )}
            </ListBox>
          </div>
        </div>
      )}
    </Autocomplete>
  );
}

function OfferCell({ offer, busy }: { offer: Offer; busy: boolean }) {
  return (
    <ListBoxItem
      id={offer.id}
      className={styles.offer ?? ""}
      textValue={`${offer.name}, ${offer.about}`}
      data-kind={offer.choice.kind}
    >
      {offer.choice.kind === "address" ? (
        <span className={styles.globe}>
          <Icon name="globe" size={18} />
        </span>
      ) : (
        <Tile id={offer.tile} name={offer.name} size={34} />
      )}
      <span className={styles.words}>
        <span className={styles.name}>{offer.name}</span>
        <span className={styles.about}>{offer.about}</span>
      </span>
      {busy && <Ring size={16} spinning="quick" />}
    </ListBoxItem>
  );
}
