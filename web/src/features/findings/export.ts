// Findings as other programs want them: raw values, one row each.
import type { Finding } from '@/api/types';
import type { Cell } from '@/lib/csv';

const HEADER = [
  'id', 'kind', 'rule', 'severity', 'state', 'ongoing', 'level', 'source', 'account_id', 'entity_id', 'entity', 'from', 'to', 'metric', 'unit', 'currency',
  'value', 'expected', 'expected_low', 'expected_high', 'confidence', 'headline', 'detail', 'cause', 'cause_confidence', 'doubt', 'actions', 'found_at', 'seen_at',
];

export function exportOf(findings: readonly Finding[]): { header: string[]; rows: Cell[][] } {
  return {
    header: HEADER,
    rows: findings.map((finding): Cell[] => {
      const { entity, cause, interval } = finding;
      return [
        finding.id, finding.kind, finding.rule, finding.severity, finding.state, String(finding.ongoing),
        entity.level, entity.source, entity.account, entity.id, entity.name, finding.from, finding.to,
        finding.metric, finding.unit, finding.currency, finding.value, finding.expected, interval?.[0], interval?.[1], finding.confidence,
        finding.headline, finding.detail, cause?.text, cause?.confidence, finding.doubt, finding.actions.join(' '), finding.found_at, finding.seen_at,
      ];
    }),
  };
}
