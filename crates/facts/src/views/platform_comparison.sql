SELECT
  platform,
  currency,
  date_day,
  count(DISTINCT CASE WHEN spend > 0 OR impressions > 0 THEN concat(account_id, '/', campaign_id) END) AS active_campaigns,
  CAST(sum(impressions) AS BIGINT) AS impressions,
  CAST(sum(clicks) AS BIGINT) AS clicks,
  sum(spend) AS spend,
  sum(conversions) AS conversions,
  sum(conversions_value) AS conversions_value,
  CAST(sum(clicks) AS DOUBLE) / nullif(sum(impressions), 0) AS ctr,
  CAST(sum(spend) AS DOUBLE) / nullif(sum(clicks), 0) AS cpc,
  CAST(sum(spend) AS DOUBLE) / nullif(sum(conversions), 0) AS cpa,
  CAST(sum(conversions_value) AS DOUBLE) / nullif(CAST(sum(spend) AS DOUBLE), 0) AS roas,
  sum(conversions_value) - sum(spend) AS profit
FROM ad_reporting__campaign_report
GROUP BY platform, currency, date_day
