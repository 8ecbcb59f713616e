// Loaded into the app before itself: whoever takes the pictures, on whatever machine, alice on bastion is in them.
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const own = os.userInfo.bind(os);
os.hostname = () => 'bastion';
os.userInfo = (options) => ({ ...own(options), username: 'alice' });
syncBuiltinESMExports();
