import type { Answer } from './answers.ts';
import type { OwnerAct } from './control.ts';
import { requestId } from './identifiers.ts';
import type { CloudState } from './model.ts';
import { internalContext } from './state.ts';

/** The owner of a server presses a button: the same request, the same policy and the same answer as over HTTP. */
export async function actAsOwner(
  state: CloudState,
  nova: Answer,
  origin: string,
  serverId: string,
  act: OwnerAct,
): Promise<number> {
  const { token } = internalContext(state, 'demo');
  state.tokens.set(token.id, token);
  const path = `/v2.1/servers/${serverId}`;
  const answer = await nova({
    method: act === 'delete' ? 'DELETE' : 'POST',
    path: act === 'delete' ? path : `${path}/action`,
    query: new URLSearchParams(),
    headers: { 'x-auth-token': token.id },
    body: act === 'delete' ? undefined : { [act]: null },
    requestId: requestId(),
    origin,
  });
  state.tokens.delete(token.id);
  return answer.status;
}
