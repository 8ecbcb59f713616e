import { useEffect, useState } from 'react';

/** The present time in milliseconds, anew every `everyMs` while `runs`. */
export function useNow(runs: boolean, everyMs = 1000): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!runs) return;
    const tick = (): void => {
      setNowMs(Date.now());
    };
    tick();
    const timer = setInterval(tick, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [runs, everyMs]);
  return nowMs;
}
