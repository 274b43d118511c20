import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';

/** A page, and all that must not happen in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of scripts, errors and warnings on the console, violations of the policy of the page, and answers that are errors. */
  readonly faults: string[];
  /** Addresses of all requests. */
  readonly requests: string[];
}

export interface OpenBrowser extends AsyncDisposable {
  /** A page that answers the question for a password. */
  open(password: string): Promise<WatchedPage>;
}

/** Runs in the page. */
const TELL_VIOLATIONS = `
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) =>
    tellViolation('policy: ' + violatedDirective + ' of ' + blockedURI + ' in ' + sourceFile));
`;

/** Starts Chromium without a window. @param program its path */
export async function openBrowser(program: string): Promise<OpenBrowser> {
  const browser = await chromium.launch({
    executablePath: program,
    // Tests may run as root, where Chromium has no sandbox. It opens pages of this machine only.
    chromiumSandbox: false,
    args: ['--disable-dev-shm-usage', '--disable-gpu', '--no-proxy-server'],
  });
  return {
    async open(password) {
      const context = await browser.newContext({
        httpCredentials: { username: 'operator', password },
        viewport: { width: 1280, height: 900 },
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const faults: string[] = [];
      const requests: string[] = [];
      page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type()))
          faults.push(`${message.type()}: ${message.text()}`);
      });
      page.on('request', (request) => requests.push(request.url()));
      page.on('requestfailed', (request) => {
        // A page that is left ends its stream of events.
        const { errorText = '' } = request.failure() ?? {};
        if (errorText !== 'net::ERR_ABORTED') faults.push(`${errorText}: ${request.url()}`);
      });
      page.on('response', (answer) => {
        if (answer.status() >= 400) faults.push(`${answer.status()}: ${answer.url()}`);
      });
      await page.exposeFunction('tellViolation', (text: string) => faults.push(text));
      await page.addInitScript({ content: TELL_VIOLATIONS });
      return { page, faults, requests };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}
