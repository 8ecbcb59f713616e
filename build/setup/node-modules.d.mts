export function nodeProblem(range: string, version?: string): string | undefined;
export function modulesAreInStep(root: string): boolean;
export function installModules(root: string): string | undefined;
