/** Who is asked. */
export type Party = {
  /** Gives the tile its colour. */
  id: string;
  /** What people call it, in a sentence. */
  name: string;
  /** What the person calls it: gives the tile its letters. */
  label: string;
  profile: string;
  practice: boolean;
};
