// Which checks people see first, and how many ask for somebody.
import type { Check, CheckResult, Checks } from '@/api/types';

export interface CheckGroup {
  severity: Check['severity'];
  label: string;
  checks: Check[];
}

export function failedOf(check: Check): CheckResult[] {
  return check.results.filter((result) => result.state === 'failed');
}

/** Errors before warnings; within each, what fails for most accounts first, then by name. */
export function groupChecks(items: readonly Check[]): CheckGroup[] {
  const groups = [
    { severity: 'error', label: 'Errors: figures may be wrong' },
    { severity: 'warning', label: 'Warnings: worth a look' },
  ] as const;
  return groups.flatMap((group) => {
    const checks = items.filter((check) => check.severity === group.severity);
    checks.sort((a, b) => failedOf(b).length - failedOf(a).length || a.name.localeCompare(b.name));
    return checks.length > 0 ? [{ ...group, checks }] : [];
  });
}

/** Failed answers by severity. */
export function failures({ items }: Checks): { errors: number; warnings: number } {
  const count = (severity: Check['severity']): number =>
    items.reduce((sum, check) => sum + (check.severity === severity ? failedOf(check).length : 0), 0);
  return { errors: count('error'), warnings: count('warning') };
}
