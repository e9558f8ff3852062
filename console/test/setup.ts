import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

/** What is waited for comes at once on a quiet machine, and a little later on a busy one. */
configure({ asyncUtilTimeout: 5000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
