import { useEffect } from 'react';
import { useMigrations } from './store.ts';

/** The first page: the migrations of this machine, as they change. */
export function App() {
  const { migrations, problem, take, change, fail } = useMigrations();
  useEffect(() => {
    const bridge = window.coldhaul;
    if (bridge === undefined) {
      fail('This page was opened without the engine behind it.');
      return undefined;
    }
    const silence = bridge.on((event) => {
      if (event.name === 'migration.changed') change(event.payload);
    });
    void bridge.call('engine.snapshot', {}).then((reply) => {
      if (reply.ok) take(reply.value.migrations);
      else fail(reply.message);
    });
    return silence;
  }, [take, change, fail]);

  return (
    <main>
      <h1>Coldhaul</h1>
      {problem !== undefined && <p role="alert">{problem}</p>}
      <ul aria-label="Migrations">
        {migrations.map((migration) => (
          <li key={migration.id}>
            {migration.server.name}: {migration.source} to {migration.destination}, {migration.phase}.{' '}
            {migration.next}
          </li>
        ))}
      </ul>
    </main>
  );
}
