/** Who is asked. */
export type Party = {
  /** Gives the tile its colour. */
  id: string;
  /** What people call it. */
  name: string;
  profile: string;
  practice: boolean;
};
