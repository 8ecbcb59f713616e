interface Case {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly problems: readonly string[];
}

interface TestFile {
  readonly name: string;
  readonly status: string;
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages: readonly string[];
  }[];
}

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly file: string;
    readonly title: string;
    readonly tests: readonly {
      readonly projectName: string;
      readonly status: string;
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
}

export function failedTests(
  report: { readonly testResults: readonly TestFile[] },
  root: string,
): readonly string[];
export function failedCases(report: { readonly results: readonly Case[] }): readonly string[];
export function failedStories(report: Suite): readonly string[];
