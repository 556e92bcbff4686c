/** What is made when it is first asked for, and kept: a formatter takes milliseconds to make, which no start should wait for. */
export function once<Made>(make: () => Made): () => Made {
  let made: { it: Made } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
}
