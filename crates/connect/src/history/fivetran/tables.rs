//! Which file is which table, and which column of it says what.

use crate::history::{Entry, Grain};
use trimtab_domain::{Source, entity::EntityKind};

/// What a table holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Figures by day or hour.
    Report(&'static Report),
    /// Versions of objects.
    Objects(&'static ObjectTable),
    /// Meta's conversions: how many, by action.
    ActionCounts,
    /// What they were worth, by action.
    ActionValues,
}

/// A table of figures. Where several columns are named for one thing, the first that is there and not empty tells; figures of several
/// columns are added.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) source: Source,
    pub(super) grain: Grain,
    tables: &'static [&'static str],
    pub(super) id: &'static str,
    pub(super) day: &'static str,
    pub(super) account: &'static [&'static str],
    pub(super) campaign: &'static [&'static str],
    pub(super) ad_group: &'static [&'static str],
    /// Added up. Meta's report has link clicks alone unless all clicks are asked for.
    pub(super) clicks: &'static [&'static str],
    pub(super) link_clicks: &'static [&'static str],
    pub(super) impressions: &'static [&'static str],
    pub(super) spend: &'static str,
    /// The same in US dollars.
    pub(super) spend_usd: Option<&'static str>,
    pub(super) conversions: &'static [&'static str],
    pub(super) revenue: &'static [&'static str],
    /// Whether spend is told in millionths.
    pub(super) spend_micros: bool,
    /// Whether the value of conversions is. Google's is not, though its spend is.
    pub(super) revenue_micros: bool,
    pub(super) reach: &'static [&'static str],
}

/// A table of objects.
#[derive(Debug)]
pub(super) struct ObjectTable {
    pub(super) source: Source,
    pub(super) kind: EntityKind,
    tables: &'static [&'static str],
    pub(super) id: &'static str,
    pub(super) name: &'static [&'static str],
    pub(super) parent: &'static [&'static str],
    pub(super) campaign: &'static [&'static str],
    pub(super) account: &'static [&'static str],
    pub(super) status: &'static [&'static str],
}

const BLANK: Report = Report {
    source: Source::Meta,
    grain: Grain::Ad,
    tables: &[],
    id: "id",
    day: "date",
    account: &[],
    campaign: &[],
    ad_group: &[],
    clicks: &["clicks"],
    link_clicks: &[],
    impressions: &["impressions"],
    spend: "spend",
    spend_usd: None,
    conversions: &[],
    revenue: &[],
    spend_micros: false,
    revenue_micros: false,
    reach: &[],
};

const GOOGLE: Report = Report {
    source: Source::Google,
    account: &["customer_id"],
    spend: "cost_micros",
    conversions: &["conversions"],
    revenue: &["conversions_value"],
    spend_micros: true,
    ..BLANK
};

const LINKEDIN: Report = Report {
    source: Source::Linkedin,
    day: "day",
    link_clicks: &["landing_page_clicks"],
    spend: "cost_in_local_currency",
    spend_usd: Some("cost_in_usd"),
    conversions: &["external_website_conversions", "one_click_leads"],
    revenue: &["conversion_value_in_local_currency"],
    ..BLANK
};

const PINTEREST: Report = Report {
    source: Source::Pinterest,
    account: &["advertiser_id", "ad_account_id"],
    clicks: &["clickthrough_1", "clickthrough_2"],
    impressions: &["impression_1", "impression_2"],
    spend: "spend_in_micro_dollar",
    conversions: &["total_conversions"],
    revenue: &["total_conversions_value_in_micro_dollar"],
    spend_micros: true,
    revenue_micros: true,
    ..BLANK
};

const TIKTOK: Report = Report {
    source: Source::Tiktok,
    day: "stat_time_hour",
    account: &["advertiser_id"],
    conversions: &["conversion"],
    revenue: &["total_purchase_value", "total_sales_lead_value"],
    ..BLANK
};

const CAMPAIGN: &[&str] = &["campaign_id"];
// Google's own columns hold the id, those beside them a resource name that ends with it.
const AD_GROUP: &[&str] = &["ad_group_id", "ad_group"];

const REPORTS: [Report; 14] = [
    Report {
        tables: &["basic_ad"],
        id: "ad_id",
        account: &["account_id"],
        campaign: CAMPAIGN,
        ad_group: &["adset_id", "ad_set_id"],
        link_clicks: &["inline_link_clicks"],
        reach: &["reach"],
        ..BLANK
    },
    Report { grain: Grain::Account, tables: &["account_stats"], id: "customer_id", ..GOOGLE },
    Report { grain: Grain::Campaign, tables: &["campaign_stats"], ..GOOGLE },
    Report { grain: Grain::AdGroup, tables: &["ad_group_stats"], campaign: CAMPAIGN, ..GOOGLE },
    Report { grain: Grain::Ad, tables: &["ad_stats"], id: "ad_id", campaign: CAMPAIGN, ad_group: AD_GROUP, ..GOOGLE },
    // LinkedIn's campaign is our ad group and its creative our ad.
    Report { grain: Grain::AdGroup, tables: &["ad_analytics_by_campaign"], id: "campaign_id", ..LINKEDIN },
    Report { grain: Grain::Ad, tables: &["ad_analytics_by_creative"], id: "creative_id", ..LINKEDIN },
    Report { grain: Grain::Account, tables: &["advertiser_report"], id: "advertiser_id", ..PINTEREST },
    Report { grain: Grain::Campaign, tables: &["campaign_report"], id: "campaign_id", ..PINTEREST },
    Report { grain: Grain::AdGroup, tables: &["ad_group_report"], id: "ad_group_id", campaign: CAMPAIGN, ..PINTEREST },
    Report {
        tables: &["pin_promotion_report"],
        id: "pin_promotion_id",
        campaign: CAMPAIGN,
        ad_group: &["ad_group_id"],
        ..PINTEREST
    },
    Report { grain: Grain::Campaign, tables: &["campaign_report_hourly"], id: "campaign_id", ..TIKTOK },
    Report { grain: Grain::AdGroup, tables: &["adgroup_report_hourly"], id: "adgroup_id", campaign: CAMPAIGN, ..TIKTOK },
    Report { tables: &["ad_report_hourly"], id: "ad_id", campaign: CAMPAIGN, ad_group: &["adgroup_id"], ..TIKTOK },
];

const OBJECT: ObjectTable = ObjectTable {
    source: Source::Meta,
    kind: EntityKind::Account,
    tables: &[],
    id: "id",
    name: &["name"],
    parent: &[],
    campaign: &[],
    account: &["account_id"],
    status: &["effective_status", "status"],
};
const OF_GOOGLE: ObjectTable = ObjectTable { source: Source::Google, account: &["customer_id"], status: &["status"], ..OBJECT };
const OF_LINKEDIN: ObjectTable = ObjectTable { source: Source::Linkedin, status: &["status", "intended_status"], ..OBJECT };
const OF_PINTEREST: ObjectTable = ObjectTable {
    source: Source::Pinterest,
    account: &["advertiser_id", "ad_account_id"],
    status: &["summary_status", "status"],
    ..OBJECT
};
const OF_TIKTOK: ObjectTable = ObjectTable {
    source: Source::Tiktok,
    account: &["advertiser_id"],
    status: &["secondary_status", "operation_status", "status"],
    ..OBJECT
};

const OBJECTS: [ObjectTable; 20] = [
    ObjectTable { tables: &["account_history"], ..OBJECT },
    ObjectTable { kind: EntityKind::Campaign, tables: &["campaign_history"], ..OBJECT },
    ObjectTable { kind: EntityKind::AdGroup, tables: &["ad_set_history"], parent: CAMPAIGN, campaign: CAMPAIGN, ..OBJECT },
    ObjectTable { kind: EntityKind::Ad, tables: &["ad_history"], parent: &["ad_set_id", "adset_id"], campaign: CAMPAIGN, ..OBJECT },
    ObjectTable { tables: &["account_history"], name: &["descriptive_name", "name"], ..OF_GOOGLE },
    ObjectTable { kind: EntityKind::Campaign, tables: &["campaign_history"], ..OF_GOOGLE },
    ObjectTable { kind: EntityKind::AdGroup, tables: &["ad_group_history"], parent: CAMPAIGN, campaign: CAMPAIGN, ..OF_GOOGLE },
    ObjectTable { kind: EntityKind::Ad, tables: &["ad_history"], parent: &["ad_group_id"], campaign: CAMPAIGN, ..OF_GOOGLE },
    ObjectTable { tables: &["ad_account_history", "account_history"], ..OF_LINKEDIN },
    ObjectTable { kind: EntityKind::Campaign, tables: &["ad_campaign_group_history", "campaign_group_history"], ..OF_LINKEDIN },
    ObjectTable {
        kind: EntityKind::AdGroup,
        tables: &["ad_campaign_history", "campaign_history"],
        parent: &["campaign_group_id"],
        campaign: &["campaign_group_id"],
        ..OF_LINKEDIN
    },
    ObjectTable { kind: EntityKind::Ad, tables: &["ad_creative_history", "creative_history"], parent: CAMPAIGN, ..OF_LINKEDIN },
    ObjectTable { tables: &["advertiser_history"], status: &["status"], ..OF_PINTEREST },
    ObjectTable { kind: EntityKind::Campaign, tables: &["campaign_history"], ..OF_PINTEREST },
    ObjectTable { kind: EntityKind::AdGroup, tables: &["ad_group_history"], parent: CAMPAIGN, campaign: CAMPAIGN, ..OF_PINTEREST },
    ObjectTable {
        kind: EntityKind::Ad,
        tables: &["pin_promotion_history"],
        parent: &["ad_group_id"],
        campaign: CAMPAIGN,
        ..OF_PINTEREST
    },
    ObjectTable { tables: &["advertiser", "advertiser_history"], ..OF_TIKTOK },
    ObjectTable {
        kind: EntityKind::Campaign,
        tables: &["campaign_history"],
        id: "campaign_id",
        name: &["campaign_name"],
        ..OF_TIKTOK
    },
    ObjectTable {
        kind: EntityKind::AdGroup,
        tables: &["adgroup_history"],
        id: "adgroup_id",
        name: &["adgroup_name"],
        parent: CAMPAIGN,
        campaign: CAMPAIGN,
        ..OF_TIKTOK
    },
    ObjectTable {
        kind: EntityKind::Ad,
        tables: &["ad_history"],
        id: "ad_id",
        name: &["ad_name"],
        parent: &["adgroup_id"],
        campaign: CAMPAIGN,
        ..OF_TIKTOK
    },
];

/// How the names of a platform's files or folders begin, the longer ones first.
const PREFIXES: [(&str, Source); 9] = [
    ("facebook_ads", Source::Meta),
    ("facebook", Source::Meta),
    ("google_ads", Source::Google),
    ("linkedin_ads", Source::Linkedin),
    ("linkedin", Source::Linkedin),
    ("pinterest_ads", Source::Pinterest),
    ("pinterest", Source::Pinterest),
    ("tiktok_ads", Source::Tiktok),
    ("tiktok", Source::Tiktok),
];

/// Which table a file is: `google_ads/campaign_stats.csv` as well as `google_ads_campaign_stats_data.csv`. A folder may have more to its
/// name (`facebook_ads_europe`): several connectors land the same tables.
pub(super) fn recognise(entry: &Entry) -> Option<(Source, Kind)> {
    let (stem, extension) = entry.stem();
    if extension != "csv" {
        return None;
    }
    let stem = stem.strip_suffix("_data").unwrap_or(&stem);
    let by_name = PREFIXES.iter().find_map(|(prefix, source)| Some((*source, stem.strip_prefix(prefix)?.strip_prefix('_')?)));
    let folder = entry.folder();
    let by_folder = || PREFIXES.iter().find(|(prefix, _)| folder.starts_with(prefix)).map(|(_, source)| (*source, stem));
    let (source, table) = by_name.or_else(by_folder)?;
    let report = REPORTS.iter().find(|report| report.source == source && report.tables.contains(&table)).map(Kind::Report);
    let objects = || OBJECTS.iter().find(|objects| objects.source == source && objects.tables.contains(&table)).map(Kind::Objects);
    let actions = || match (source, table) {
        (Source::Meta, "basic_ad_actions") => Some(Kind::ActionCounts),
        (Source::Meta, "basic_ad_action_values") => Some(Kind::ActionValues),
        _ => None,
    };
    Some((source, report.or_else(objects).or_else(actions)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_known_by_folder_and_by_name() {
        for (path, source, table) in [
            ("google_ads/campaign_stats.csv", Source::Google, "campaign_stats"),
            ("seeds/google_ads/google_ads_campaign_stats_data.csv", Source::Google, "campaign_stats"),
            ("facebook_ads_europe/BASIC_AD.CSV", Source::Meta, "basic_ad"),
            ("linkedin_ad_analytics_by_creative_data.csv", Source::Linkedin, "ad_analytics_by_creative"),
            ("tiktok/tiktok_ad_report_hourly_data.csv", Source::Tiktok, "ad_report_hourly"),
        ] {
            let (found, kind) = recognise(&Entry { path: path.to_owned() }).unwrap_or_else(|| panic!("{path}"));
            let Kind::Report(report) = kind else { panic!("{path}: {kind:?}") };
            assert_eq!((found, report.tables), (source, &[table][..]), "{path}");
        }
        for path in
            ["campaign_stats.csv", "google_ads/keyword_stats.csv", "google_ads/campaign_stats.json", "snapchat/ad_history.csv"]
        {
            assert!(recognise(&Entry { path: path.to_owned() }).is_none(), "{path}");
        }
    }
}
