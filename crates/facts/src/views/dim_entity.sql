SELECT
  platform,
  account AS account_id,
  kind,
  id,
  parent AS parent_id,
  campaign AS campaign_id,
  name,
  status,
  platform_status,
  objective,
  daily_budget_micros * CAST(0.000001 AS DECIMAL(7, 6)) AS daily_budget,
  lifetime_budget_micros * CAST(0.000001 AS DECIMAL(7, 6)) AS lifetime_budget,
  starts,
  ends,
  valid_from,
  valid_to,
  valid_to IS NULL AS is_current
FROM entity_history
