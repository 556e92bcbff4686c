/** Who is asked. */
export type Party = {
  /** Gives the tile its colour. */
  id: string;
  /** What people call it. */
  name: string;
  profile: string;
  practice: boolean;
  /** What the person carries back from there, where they go by themselves. */
  carried: "address" | "pin";
};
