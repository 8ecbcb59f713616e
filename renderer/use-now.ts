import { useEffect, useState } from 'react';

/** The present time in milliseconds, anew each second while `runs`. */
export function useNow(runs: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!runs) return;
    const tick = (): void => {
      setNowMs(Date.now());
    };
    tick();
    const timer = setInterval(tick, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [runs]);
  return nowMs;
}
