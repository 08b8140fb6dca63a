SELECT
  date AS date_day,
  CAST(extract(year FROM date) AS INTEGER) AS year,
  CAST(extract(quarter FROM date) AS INTEGER) AS quarter,
  CAST(extract(month FROM date) AS INTEGER) AS month,
  CAST(extract(week FROM date) AS INTEGER) AS week_of_year,
  CAST(date_trunc('week', date) AS DATE) AS week_start,
  CAST(date_trunc('month', date) AS DATE) AS month_start,
  CAST((extract(dow FROM date) + 6) % 7 + 1 AS INTEGER) AS day_of_week,
  extract(dow FROM date) IN (0, 6) AS is_weekend
FROM days
