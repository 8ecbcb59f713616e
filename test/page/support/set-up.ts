import { completeDom } from './dom.ts';

// Before anything of the page is loaded: uPlot asks for media queries as it is.
completeDom();
