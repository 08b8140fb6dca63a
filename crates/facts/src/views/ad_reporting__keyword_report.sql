SELECT
  f.date AS date_day,
  f.platform,
  f.account AS account_id,
  a.name AS account_name,
  f.currency,
  f.campaign AS campaign_id,
  c.name AS campaign_name,
  f.ad_group AS ad_group_id,
  g.name AS ad_group_name,
  f.keyword AS keyword_id,
  f.text AS keyword_text,
  f.match_type AS keyword_match_type,
  CAST(sum(f.clicks) AS BIGINT) AS clicks,
  CAST(sum(f.impressions) AS BIGINT) AS impressions,
  CAST(sum(f.spend_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS spend,
  sum(f.conversions) AS conversions,
  CAST(sum(f.revenue_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS conversions_value
FROM keyword_daily f
LEFT JOIN entity_history a
  ON a.valid_to IS NULL AND a.kind = 'account' AND a.platform = f.platform AND a.account = f.account AND a.id = f.account
LEFT JOIN entity_history c
  ON c.valid_to IS NULL AND c.kind = 'campaign' AND c.platform = f.platform AND c.account = f.account AND c.id = f.campaign
LEFT JOIN entity_history g
  ON g.valid_to IS NULL AND g.kind = 'ad_group' AND g.platform = f.platform AND g.account = f.account AND g.id = f.ad_group
WHERE f.kind = 'keyword'
GROUP BY f.date, f.platform, f.account, a.name, f.currency, f.campaign, c.name, f.ad_group, g.name, f.keyword, f.text, f.match_type
