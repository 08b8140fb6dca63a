//! The metrics of analytics: counts are numbers, money is a decimal in text with many digits, and what does not apply is absent.
//!
//! Money is the world's minor units, exactly; the platform's own sums leave a trace beyond the twelfth decimal, and so do these: rounded
//! to anything a person would pay, they agree.

use super::walk::Cell;
use crate::world::{
    account::Account,
    catalog::units_per_euro,
    chance::{Chance, tag},
    measure::{
        CLICKS, ENGAGEMENTS, IMPRESSIONS, LANDINGS, LEAD_FORM, LEAD_WEB, LINK_CLICKS, PURCHASE_WEB, QUARTILES, REACTIONS, SPEND,
        VIDEO_PLAYS, VIDEO_VIEWS, WINDOWS,
    },
};

/// What a metric is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base {
    /// A figure of delivery.
    Shown(usize),
    /// One less another.
    Less(usize, usize),
    /// A figure that only videos have.
    Video(usize),
    /// Counted, and never anything here.
    Zero,
    /// Conversions on the site after clicks, after views, or both.
    Web(bool, bool),
    /// Leads by form, which stay on the platform.
    Leads,
    FormOpens,
    QualifiedLeads,
    /// What the site's conversions are worth.
    Value,
    Cost,
    CostInUsd,
    CostPerQualifiedLead,
    /// People reached, which cannot be summed.
    People,
    /// The part of the audience they are.
    Penetration,
    /// Known to the platform and always absent here.
    Nothing,
}

/// The metrics that have figures here.
const TOLD: [(&str, Base); 35] = [
    ("actionClicks", Base::Zero),
    ("adUnitClicks", Base::Zero),
    ("approximateMemberReach", Base::People),
    ("approximateUniqueImpressions", Base::People),
    ("audiencePenetration", Base::Penetration),
    ("clicks", Base::Shown(CLICKS)),
    ("commentLikes", Base::Zero),
    ("comments", Base::Zero),
    ("companyPageClicks", Base::Less(CLICKS, LINK_CLICKS)),
    ("conversionValueInLocalCurrency", Base::Value),
    ("costInLocalCurrency", Base::Cost),
    ("costInLocalCurrencyPerPaidQualifiedLead", Base::CostPerQualifiedLead),
    ("costInUsd", Base::CostInUsd),
    ("costPerQualifiedLead", Base::CostPerQualifiedLead),
    ("externalWebsiteConversions", Base::Web(true, true)),
    ("externalWebsitePostClickConversions", Base::Web(true, false)),
    ("externalWebsitePostViewConversions", Base::Web(false, true)),
    ("follows", Base::Zero),
    ("impressions", Base::Shown(IMPRESSIONS)),
    ("landingPageClicks", Base::Shown(LINK_CLICKS)),
    ("likes", Base::Shown(REACTIONS)),
    ("oneClickLeadFormOpens", Base::FormOpens),
    ("oneClickLeads", Base::Leads),
    ("otherEngagements", Base::Zero),
    ("qualifiedLeads", Base::QualifiedLeads),
    ("reactions", Base::Shown(REACTIONS)),
    ("shares", Base::Zero),
    ("textUrlClicks", Base::Zero),
    ("totalEngagements", Base::Shown(ENGAGEMENTS)),
    ("videoCompletions", Base::Video(QUARTILES + 4)),
    ("videoFirstQuartileCompletions", Base::Video(QUARTILES)),
    ("videoMidpointCompletions", Base::Video(QUARTILES + 1)),
    ("videoStarts", Base::Video(VIDEO_PLAYS)),
    ("videoThirdQuartileCompletions", Base::Video(QUARTILES + 2)),
    ("videoViews", Base::Video(VIDEO_VIEWS)),
];

/// The metrics that are known and absent: nothing is shared, applied for, sent or shown as a document here.
const SILENT: [&str; 66] = [
    "averageDailyReachMetrics",
    "averageDwellTime",
    "averagePreviousSevenDayReachMetrics",
    "averagePreviousThirtyDayReachMetrics",
    "cardClicks",
    "cardImpressions",
    "documentCompletions",
    "documentFirstQuartileCompletions",
    "documentMidpointCompletions",
    "documentThirdQuartileCompletions",
    "downloadClicks",
    "fullScreenPlays",
    "jobApplications",
    "jobApplyClicks",
    "leadGenerationMailContactInfoShares",
    "leadGenerationMailInterestedClicks",
    "opens",
    "postClickJobApplications",
    "postClickJobApplyClicks",
    "postClickRegistrations",
    "postViewJobApplications",
    "postViewJobApplyClicks",
    "postViewRegistrations",
    "registrations",
    "sends",
    "talentLeads",
    "viralCardClicks",
    "viralCardImpressions",
    "viralClicks",
    "viralCommentLikes",
    "viralComments",
    "viralCompanyPageClicks",
    "viralDocumentCompletions",
    "viralDocumentFirstQuartileCompletions",
    "viralDocumentMidpointCompletions",
    "viralDocumentThirdQuartileCompletions",
    "viralDownloadClicks",
    "viralExternalWebsiteConversions",
    "viralExternalWebsitePostClickConversions",
    "viralExternalWebsitePostViewConversions",
    "viralFollows",
    "viralFullScreenPlays",
    "viralImpressions",
    "viralJobApplications",
    "viralJobApplyClicks",
    "viralLandingPageClicks",
    "viralLikes",
    "viralOneClickLeadFormOpens",
    "viralOneClickLeads",
    "viralOtherEngagements",
    "viralPostClickJobApplications",
    "viralPostClickJobApplyClicks",
    "viralPostClickRegistrations",
    "viralPostViewJobApplications",
    "viralPostViewJobApplyClicks",
    "viralPostViewRegistrations",
    "viralReactions",
    "viralRegistrations",
    "viralShares",
    "viralTotalEngagements",
    "viralVideoCompletions",
    "viralVideoFirstQuartileCompletions",
    "viralVideoMidpointCompletions",
    "viralVideoStarts",
    "viralVideoThirdQuartileCompletions",
    "viralVideoViews",
];

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Figure {
    Count(i64),
    Money(String),
    Ratio(f64),
}

/// A metric by its name; nothing for a strange one.
pub(crate) fn find(name: &str) -> Option<(&'static str, Base)> {
    let silent = || SILENT.iter().find(|n| **n == name).map(|n| (*n, Base::Nothing));
    TOLD.iter().find(|(n, _)| *n == name).copied().or_else(silent)
}

impl Base {
    /// Whether conversions have to be computed for it.
    pub(crate) const fn converts(self) -> bool {
        matches!(
            self,
            Self::Web(..) | Self::Leads | Self::FormOpens | Self::QualifiedLeads | Self::Value | Self::CostPerQualifiedLead
        )
    }

    pub(crate) const fn is_reach(self) -> bool {
        matches!(self, Self::People | Self::Penetration)
    }

    /// Its value in a row. Rows by conversion have nothing but conversions.
    pub(crate) fn of(self, cell: &Cell, account: &Account, by_conversion: bool) -> Option<Figure> {
        let linear = &cell.tally.linear;
        if by_conversion && !matches!(self, Self::Web(..) | Self::Value) {
            return None;
        }
        match self {
            Self::Shown(figure) => Some(Figure::Count(linear[figure])),
            Self::Less(whole, part) => Some(Figure::Count(linear[whole] - linear[part])),
            Self::Video(figure) => cell.videos.then(|| Figure::Count(linear[figure])),
            Self::Zero => Some(Figure::Count(0)),
            Self::Web(clicks, views) => Some(Figure::Count(web(&cell.tally.counts, clicks, views))),
            Self::Leads => Some(Figure::Count(leads(cell))),
            // Whoever sends a form has opened it; others open it and leave.
            Self::FormOpens => Some(Figure::Count(leads(cell) + linear[LINK_CLICKS] - linear[LANDINGS])),
            Self::QualifiedLeads => Some(Figure::Count(cell.qualified)),
            Self::Value => Some(Figure::Money(decimal(web(&cell.tally.values, true, true), account.offset, 0))),
            Self::Cost => Some(Figure::Money(traced(linear[SPEND], account.offset))),
            Self::CostInUsd => Some(Figure::Money(in_usd(linear[SPEND], account))),
            Self::CostPerQualifiedLead => (cell.qualified > 0).then(|| {
                let cost = linear[SPEND] as f64 / account.offset as f64 / cell.qualified as f64;
                Figure::Money(format!("{cost:.12}"))
            }),
            Self::People => Some(Figure::Count(cell.people(account).0)),
            Self::Penetration => {
                let (people, audience) = cell.people(account);
                (audience > 0.0).then(|| Figure::Ratio((people as f64 / audience * 10_000.0).round() / 10_000.0))
            }
            Self::Nothing => None,
        }
    }
}

/// The longest click window and the view window, which do not contain each other.
const CLICK: usize = WINDOWS - 2;
const VIEW: usize = WINDOWS - 1;

fn web(kinds: &[[i64; WINDOWS]], clicks: bool, views: bool) -> i64 {
    let of = |kind: usize| i64::from(clicks) * kinds[kind][CLICK] + i64::from(views) * kinds[kind][VIEW];
    of(LEAD_WEB) + of(PURCHASE_WEB)
}

fn leads(cell: &Cell) -> i64 {
    let forms = &cell.tally.counts[LEAD_FORM];
    forms[CLICK] + forms[VIEW]
}

/// Decimals that the platform keeps.
const DECIMALS: usize = 18;

/// Minor units as a decimal of units, with a trace of so many of the last decimal; at least one decimal is written.
fn decimal(minor: i64, offset: i64, trace: i64) -> String {
    let one = 10_i128.pow(18);
    let whole = i128::from(minor) * (one / i128::from(offset)) + i128::from(trace);
    let mut text = format!("{}.{:0width$}", whole / one, whole % one, width = DECIMALS);
    while text.ends_with('0') && !text.ends_with(".0") {
        text.pop();
    }
    text
}

/// The same with the trace that a sum of many small amounts leaves.
fn traced(minor: i64, offset: i64) -> String {
    let dice = Chance::new(minor.unsigned_abs()).on(tag("trace"));
    let clean = minor <= 0 || dice.on(1).whether(0.3);
    let trace = i64::try_from(dice.bits() % 800_001).unwrap_or(0) - 400_000;
    decimal(minor, offset, if clean { 0 } else { trace })
}

fn in_usd(minor: i64, account: &Account) -> String {
    let currency = account.currency.as_str();
    if currency == "USD" {
        return traced(minor, account.offset);
    }
    let dollars = minor as f64 / account.offset as f64 * units_per_euro("USD") / units_per_euro(currency);
    format!("{dollars:.12}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::money::parse_micros;

    #[test]
    fn money_rounds_to_what_it_is() {
        assert_eq!(decimal(20_945, 100, 0), "209.45");
        assert_eq!(decimal(20_945, 100, -1_326), "209.449999999999998674");
        assert_eq!(decimal(45_000, 100, 0), "450.0");
        assert_eq!(decimal(1_834, 1, 0), "1834.0");
        let mut long = 0;
        for minor in 1..500 {
            let text = traced(minor, 100);
            long += usize::from(text.len() > 12);
            let cents: f64 = text.parse::<f64>().unwrap() * 100.0;
            assert!((cents - minor as f64).abs() < 1e-9, "{text}");
        }
        assert!((250..450).contains(&long), "{long}");
        assert_eq!(parse_micros(&traced(0, 100)), Ok(0));
    }

    #[test]
    fn every_metric_has_one_name() {
        let mut names: Vec<&str> = TOLD.iter().map(|t| t.0).chain(SILENT).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(find("clicks").is_some() && find("pivotValue").is_none() && find("viralClicks").is_some());
    }
}
