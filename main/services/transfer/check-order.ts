import { Failure } from '../../domain/failure.ts';
import type { CopyOrder } from '../../domain/transfer.ts';
import { checkAddress, checkPath, checkUser } from '../jobs/ids.ts';

const FORMAT = /^[a-z][a-z0-9-]*$/;

/** @throws Failure `bad-request` for what must not become a command. */
export function checkOrder(order: CopyOrder): void {
  checkPath(order.fromPath);
  checkPath(order.toPath);
  checkAddress(order.destAddress);
  checkUser(order.user);
  if (order.flatten !== undefined) checkFormat(order.flatten.format);
  const limit = order.limitKibPerSecond;
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new Failure('bad-request', `${String(limit)} is no bandwidth limit in whole KiB a second.`);
  }
}

/** @throws Failure `bad-request` for what is no word that qemu-img uses for a format. */
export function checkFormat(format: string): string {
  if (FORMAT.test(format)) return format;
  throw new Failure('bad-request', `${JSON.stringify(format)} is no format of qemu-img.`);
}
