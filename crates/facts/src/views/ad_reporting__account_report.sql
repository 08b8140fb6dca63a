SELECT
  f.date AS date_day,
  f.platform,
  f.account AS account_id,
  a.name AS account_name,
  f.currency,
  CAST(sum(f.clicks) AS BIGINT) AS clicks,
  CAST(sum(f.impressions) AS BIGINT) AS impressions,
  CAST(sum(f.spend_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS spend,
  sum(f.conversions) AS conversions,
  CAST(sum(f.revenue_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS conversions_value
FROM ad_daily f
LEFT JOIN entity_history a
  ON a.valid_to IS NULL AND a.kind = 'account' AND a.platform = f.platform AND a.account = f.account AND a.id = f.account
GROUP BY f.date, f.platform, f.account, a.name, f.currency
