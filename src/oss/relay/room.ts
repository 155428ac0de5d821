// Room for the bodies that are in memory: each waits until there is enough for all of it, in the order in which they
// came, and none needs more while it has it; so the first one that waits always gets it in the end.

/** What one body has of the room, or waits for. */
export interface Place {
  /** Fulfilled as soon as the place is the body's; undefined: it is. */
  readonly ready: Promise<void> | undefined;
  /** Gives the place back, or waits no longer. Twice is once. */
  readonly leave: () => void;
}

export interface Room {
  /** Bytes that are taken. */
  readonly taken: number;
  /** Undefined: there never is so much room, or none now for a body that cannot wait. */
  readonly enter: (bytes: number, canWait: boolean) => Place | undefined;
}

/** @param size bytes */
export function createRoom(size: number): Room {
  let taken = 0;
  const waiting: { readonly bytes: number; readonly enter: () => void }[] = [];
  const admit = () => {
    for (let next = waiting[0]; next !== undefined && taken + next.bytes <= size; next = waiting[0]) {
      waiting.shift();
      next.enter();
    }
  };
  return {
    get taken() {
      return taken;
    },
    enter(bytes, canWait) {
      const isFree = waiting.length === 0 && taken + bytes <= size;
      if (bytes > size || (!isFree && !canWait)) return undefined;
      let state: 'waiting' | 'in' | 'left' = 'waiting';
      let begin = () => {};
      const one = {
        bytes,
        enter() {
          taken += bytes;
          state = 'in';
          begin();
        },
      };
      const ready = isFree ? undefined : new Promise<void>((resolve) => (begin = resolve));
      if (isFree) one.enter();
      else waiting.push(one);
      return {
        ready,
        leave() {
          if (state === 'in') taken -= bytes;
          if (state === 'waiting') waiting.splice(waiting.indexOf(one), 1);
          if (state !== 'left') admit();
          state = 'left';
        },
      };
    },
  };
}
