import { configure } from '@testing-library/react';
import { completeDom } from './dom.ts';

// A bound against hanging, not a measure: what a test waits for may take long on a busy machine.
configure({ asyncUtilTimeout: 30_000 });

// Before anything of the page is loaded: uPlot asks for media queries as it is.
completeDom();
