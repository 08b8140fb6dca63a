SELECT
  f.platform,
  f.account AS account_id,
  a.name AS account_name,
  f.currency,
  f.date AS date_day,
  f.customer AS customer_type,
  f.utm_source,
  f.utm_medium,
  f.utm_campaign,
  f.click_platform,
  CAST(sum(f.orders) AS BIGINT) AS orders,
  CAST(sum(f.cancelled) AS BIGINT) AS cancelled_orders,
  CAST(sum(f.revenue_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS revenue,
  CAST(sum(f.refunded_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS refunds,
  CAST(sum(f.tax_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS tax,
  CAST(sum(f.shipping_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS shipping,
  CAST(sum(f.discount_micros) AS BIGINT) * CAST(0.000001 AS DECIMAL(7, 6)) AS discounts
FROM orders f
LEFT JOIN entity_history a
  ON a.valid_to IS NULL AND a.kind = 'account' AND a.platform = f.platform AND a.account = f.account AND a.id = f.account
GROUP BY f.platform, f.account, a.name, f.currency, f.date, f.customer, f.utm_source, f.utm_medium, f.utm_campaign, f.click_platform
