/** The set that a map has under a key, made where there is none yet. */
export function valuesOf<Key, Value>(sets: Map<Key, Set<Value>>, key: Key): Set<Value> {
  const known = sets.get(key);
  if (known !== undefined) return known;
  const made = new Set<Value>();
  sets.set(key, made);
  return made;
}
