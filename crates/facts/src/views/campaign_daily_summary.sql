SELECT
  f.platform,
  f.account_id,
  f.account_name,
  f.currency,
  f.campaign_id,
  f.campaign_name,
  f.date_day,
  t.year,
  t.month,
  t.week_of_year,
  f.impressions,
  f.clicks,
  f.spend,
  f.conversions,
  f.conversions_value,
  CAST(f.clicks AS DOUBLE) / nullif(f.impressions, 0) AS ctr,
  CAST(f.spend AS DOUBLE) / nullif(f.clicks, 0) AS cpc,
  CAST(f.spend AS DOUBLE) * 1000 / nullif(f.impressions, 0) AS cpm,
  CAST(f.spend AS DOUBLE) / nullif(f.conversions, 0) AS cpa,
  CAST(f.conversions_value AS DOUBLE) / nullif(CAST(f.spend AS DOUBLE), 0) AS roas
FROM ad_reporting__campaign_report f
JOIN dim_date t ON t.date_day = f.date_day
