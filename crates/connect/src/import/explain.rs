//! Notes for people: what was assumed, guessed or added up.

use super::{field::Field, limits, plan::Plan, rows::Gathered};
use trimtab_domain::DayRange;

/// What a person should know about how the rows were read.
pub(super) fn explain(plan: &Plan<'_>, gathered: &Gathered, period: Option<DayRange>, notes: &mut Vec<String>) {
    let header = plan.header;
    let mut say = |text: String| notes.push(text);
    if plan.entities_only {
        say("an export of Google Ads Editor: it holds objects and no figures, so only campaigns and ad groups were imported"
            .to_owned());
        return;
    }
    match (plan.dated(), period) {
        (false, Some(period)) => say(format!("rows have no date: each covers {period} and is stored on {}", period.to())),
        (false, None) => {
            say("neither rows nor file name a period: set 'period' in a mapping file to say which days the figures cover"
                .to_owned())
        }
        (true, _) if gathered.period_rows > 0 => {
            say(format!("{} rows cover more than a day: each is stored on the last day of its period", gathered.period_rows))
        }
        (true, _) => {}
    }
    match plan.clicks {
        Some(Field::Clicks) => {}
        Some(Field::Interactions) => say("there is no column for clicks: interactions stand in for them".to_owned()),
        Some(_) => say("there is no column for all clicks: link clicks stand in for them".to_owned()),
        None => say("there is no column for clicks: they are 0 because they were not reported".to_owned()),
    }
    if !header.has(Field::Impressions) {
        say("there is no column for impressions: they are 0 because they were not reported".to_owned());
    }
    match plan.primary {
        Some(field) => {
            let column = header.column(field).map_or("", |c| header.names[c].as_str());
            say(format!("conversions are '{column}'"));
        }
        None => say("there is no column for conversions".to_owned()),
    }
    let not_counted = gathered.results.not_counted();
    if !not_counted.is_empty() {
        say(format!("results that are views, clicks or people are not counted as conversions: {not_counted}"));
    }
    let (ads, rows) = gathered.tally.merged();
    if ads > 0 {
        let splits: Vec<&str> = Field::SPLITS
            .iter()
            .filter_map(|f| header.column(*f))
            .chain(header.unread.iter().copied())
            .map(|c| header.names[c].as_str())
            .take(limits::MAX_HEADERS_NAMED)
            .collect();
        let by = if splits.is_empty() { String::new() } else { format!(" (not told apart: {})", splits.join(", ")) };
        say(format!(
            "{rows} rows were added up to {ads} by object and period{by}; reach is left open there, since people must not be added up"
        ));
    }
    let levels = [(Field::Ad, Field::AdId), (Field::AdGroup, Field::AdGroupId), (Field::Campaign, Field::CampaignId)];
    if levels.iter().find(|(name, id)| header.has(*name) || header.has(*id)).is_some_and(|(_, id)| !header.has(*id)) {
        say("the file gives names without ids: objects of the same name in the same place are taken for one".to_owned());
    }
    for breakdown in &plan.breakdowns {
        say(format!("the rows were also kept as a breakdown by {}", breakdown.as_str().replace('_', " and ")));
    }
    if gathered.lossy_ids > 0 {
        say(format!("{} ids were rounded by a spreadsheet program: those objects are known by their names", gathered.lossy_ids));
    }
    if gathered.filtered > 0 {
        say(format!("{} rows were left out by the mapping's filters", gathered.filtered));
    }
    if gathered.skipped_more > 0 {
        say(format!("{} more lines were skipped than are listed", gathered.skipped_more));
    }
}
