/** Does something with each item, several at a time, in order. After a failure no item is begun; it rejects with the first when all that were begun have ended. */
export async function eachOf<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items].reverse();
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      try {
        await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  }));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
