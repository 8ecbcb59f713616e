// Loaded before everything else: whoever imports `electron` gets the stand-in. The real module would start a download.
import { register } from 'node:module';

register('./resolve.mjs', import.meta.url);
