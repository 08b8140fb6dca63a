//! One row of figures, borrowed from the body, and what it says.
//!
//! Figures are JSON numbers, whole or not, micros too; one that has no value is `null` or left out. Most of a row's columns usually are,
//! so a missing figure says nothing by itself: of what an ad always has (impressions, clicks, spend) it means none.

use super::{
    columns::{WINDOW_ALL, WINDOW_CLICK, WINDOW_ENGAGEMENT, WINDOW_VIEW},
    counted::{Conversion, Counted},
};
use crate::scalar::{DayText, Text};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};
use std::fmt;
use trimtab_domain::{
    Day,
    fact::{ConversionDaily, Measures, Placing},
    id::{AdGroupId, AdId, CampaignId},
};

/// A figure. Read without the detour over text, since a row has up to thirty of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number(pub(super) f64);

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Number, E> {
        Ok(Number(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "figures beyond 2^53 are refused when they become whole numbers")]
    fn visit_u64<E: Error>(self, number: u64) -> Result<Number, E> {
        Ok(Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "figures beyond 2^53 are refused when they become whole numbers")]
    fn visit_i64<E: Error>(self, number: i64) -> Result<Number, E> {
        Ok(Number(number as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.map(Number).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NumberVisitor)
    }
}

/// One row. Which objects it names depends on the read.
#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) struct Row<'a> {
    /// Missing in totals.
    date: Option<DayText>,
    #[serde(borrow, default)]
    pub(super) campaign_id: Text<'a>,
    #[serde(borrow, default)]
    ad_group_id: Text<'a>,
    #[serde(borrow, default)]
    pub(super) ad_id: Text<'a>,
    spend_in_micro_dollar: Option<Number>,
    impression_1: Option<Number>,
    clickthrough_1: Option<Number>,
    outbound_click_1: Option<Number>,
    total_impression_user: Option<Number>,
    #[serde(rename = "VIDEO_3SEC_VIEWS_1")]
    video_3sec_views_1: Option<Number>,
    total_checkout: Option<Number>,
    total_click_checkout: Option<Number>,
    total_engagement_checkout: Option<Number>,
    total_view_checkout: Option<Number>,
    total_checkout_value_in_micro_dollar: Option<Number>,
    total_click_checkout_value_in_micro_dollar: Option<Number>,
    total_engagement_checkout_value_in_micro_dollar: Option<Number>,
    total_view_checkout_value_in_micro_dollar: Option<Number>,
    total_signup: Option<Number>,
    total_click_signup: Option<Number>,
    total_engagement_signup: Option<Number>,
    total_view_signup: Option<Number>,
    total_signup_value_in_micro_dollar: Option<Number>,
    total_click_signup_value_in_micro_dollar: Option<Number>,
    total_engagement_signup_value_in_micro_dollar: Option<Number>,
    total_view_signup_value_in_micro_dollar: Option<Number>,
    total_lead: Option<Number>,
    total_click_lead: Option<Number>,
    total_engagement_lead: Option<Number>,
    total_view_lead: Option<Number>,
    total_click_add_to_cart: Option<Number>,
    total_view_add_to_cart: Option<Number>,
    total_page_visit: Option<Number>,
    total_add_to_wishlist: Option<Number>,
    total_subscribe: Option<Number>,
    total_custom: Option<Number>,
    total_custom_value_in_micro_dollar: Option<Number>,
}

/// A count and what it was worth.
type Figure = (Option<Number>, Option<Number>);

impl Row<'_> {
    pub(super) fn date(&self) -> Option<Day> {
        self.date.map(|date| date.0)
    }

    /// Where the row belongs, as far down as it says.
    pub(super) fn placing(&self) -> Placing {
        Placing {
            campaign: CampaignId::new(self.campaign_id.compact()),
            ad_group: AdGroupId::new(self.ad_group_id.compact()),
            ad: AdId::new(self.ad_id.compact()),
        }
    }

    /// Whether it names campaign, ad group and ad.
    pub(super) fn is_of_an_ad(&self) -> bool {
        ![&self.campaign_id, &self.ad_group_id, &self.ad_id].iter().any(|id| id.0.is_empty())
    }

    /// The total of one event.
    pub(super) const fn total(&self, conversion: Conversion) -> Figure {
        match conversion {
            Conversion::Checkout => (self.total_checkout, self.total_checkout_value_in_micro_dollar),
            Conversion::Lead => (self.total_lead, None),
            Conversion::Signup => (self.total_signup, self.total_signup_value_in_micro_dollar),
            Conversion::Custom => (self.total_custom, self.total_custom_value_in_micro_dollar),
        }
    }

    /// Spend in micros and times shown.
    ///
    /// # Errors
    /// When one is too large to keep exactly.
    pub(super) fn delivery(&self) -> Result<(i64, i64), String> {
        Ok((whole(self.spend_in_micro_dollar)?.unwrap_or_default(), whole(self.impression_1)?.unwrap_or_default()))
    }

    /// The figures.
    ///
    /// # Errors
    /// When one is too large to keep exactly.
    pub(super) fn measures(&self, counted: Counted) -> Result<Measures, String> {
        let always = |figure| whole(figure).map(Option::unwrap_or_default);
        let (count, value) = self.total(counted.conversion());
        let worth = whole(value)?;
        Ok(Measures {
            impressions: always(self.impression_1)?,
            clicks: always(self.clickthrough_1)?,
            link_clicks: Some(always(self.outbound_click_1)?),
            spend_micros: always(self.spend_in_micro_dollar)?,
            reach: whole(self.total_impression_user)?,
            conversions: count.map(|count| count.0).or_else(|| counted.reported().then_some(0.0)),
            revenue_micros: worth.or_else(|| counted.valued().then_some(0)),
            video_views: whole(self.video_3sec_views_1)?,
            thruplays: None,
        })
    }

    /// Adds a conversion for each event and window that is not zero.
    ///
    /// # Errors
    /// When a value is too large to keep exactly.
    pub(super) fn conversions(&self, date: Day, placing: &Placing, into: &mut Vec<ConversionDaily>) -> Result<(), String> {
        for (action, windows) in self.events() {
            for (window, (count, value)) in [WINDOW_ALL, WINDOW_CLICK, WINDOW_ENGAGEMENT, WINDOW_VIEW].into_iter().zip(windows) {
                let (count, value_micros) = (count.map_or(0.0, |count| count.0), whole(value)?);
                if count != 0.0 || value_micros.is_some_and(|value| value != 0) {
                    into.push(ConversionDaily {
                        date,
                        placing: placing.clone(),
                        action_type: action.into(),
                        window: window.into(),
                        count,
                        value_micros,
                    });
                }
            }
        }
        Ok(())
    }

    /// Each event by Pinterest's name: in total, by click, by engagement and by view. `TOTAL_CONVERSIONS` is left out on purpose: it adds
    /// page visits to purchases.
    fn events(&self) -> [(&'static str, [Figure; 4]); 8] {
        const NONE: Figure = (None, None);
        let alone = |count| [(count, None), NONE, NONE, NONE];
        [
            (
                "CHECKOUT",
                [
                    (self.total_checkout, self.total_checkout_value_in_micro_dollar),
                    (self.total_click_checkout, self.total_click_checkout_value_in_micro_dollar),
                    (self.total_engagement_checkout, self.total_engagement_checkout_value_in_micro_dollar),
                    (self.total_view_checkout, self.total_view_checkout_value_in_micro_dollar),
                ],
            ),
            (
                "SIGNUP",
                [
                    (self.total_signup, self.total_signup_value_in_micro_dollar),
                    (self.total_click_signup, self.total_click_signup_value_in_micro_dollar),
                    (self.total_engagement_signup, self.total_engagement_signup_value_in_micro_dollar),
                    (self.total_view_signup, self.total_view_signup_value_in_micro_dollar),
                ],
            ),
            (
                "LEAD",
                [
                    (self.total_lead, None),
                    (self.total_click_lead, None),
                    (self.total_engagement_lead, None),
                    (self.total_view_lead, None),
                ],
            ),
            // Its total and its engagements are told by reports alone.
            ("ADD_TO_CART", [NONE, (self.total_click_add_to_cart, None), NONE, (self.total_view_add_to_cart, None)]),
            ("PAGE_VISIT", alone(self.total_page_visit)),
            ("ADD_TO_WISHLIST", alone(self.total_add_to_wishlist)),
            ("SUBSCRIBE", alone(self.total_subscribe)),
            ("CUSTOM", [(self.total_custom, self.total_custom_value_in_micro_dollar), NONE, NONE, NONE]),
        ]
    }
}

/// A figure as a whole number: counts that a number type printed with a point, micros with a fraction.
fn whole(figure: Option<Number>) -> Result<Option<i64>, String> {
    let Some(Number(figure)) = figure else { return Ok(None) };
    let rounded = figure.round();
    #[expect(clippy::cast_possible_truncation, reason = "checked against the range in the same expression")]
    if rounded.abs() < 9e15 { Ok(Some(rounded as i64)) } else { Err(format!("a figure of {figure} is too large to keep exactly")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measures(counted: Counted, json: &str) -> Measures {
        serde_json::from_str::<Row<'_>>(json).unwrap().measures(counted).unwrap()
    }

    #[test]
    fn figures_may_have_a_point_and_ids_may_be_numbers() {
        let json = r#"{"AD_ID":687201361754,"AD_GROUP_ID":"2","CAMPAIGN_ID":"1","DATE":"2026-11-01","SPEND_IN_MICRO_DOLLAR":12340000.0,
            "IMPRESSION_1":9876,"CLICKTHROUGH_1":120.0,"OUTBOUND_CLICK_1":80,"TOTAL_CHECKOUT":3,
            "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR":210000000.49,"VIDEO_3SEC_VIEWS_1":null,"SOMETHING_NEW":{"x":1}}"#;
        let row: Row<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(row.placing().ad.as_str(), "687201361754");
        assert!(row.is_of_an_ad());
        let figures = measures(Counted::new(Conversion::Checkout, true, true), json);
        assert_eq!(
            (figures.spend_micros, figures.impressions, figures.clicks, figures.link_clicks),
            (12_340_000, 9876, 120, Some(80))
        );
        assert_eq!((figures.conversions, figures.revenue_micros), (Some(3.0), Some(210_000_000)));
        assert_eq!((figures.video_views, figures.reach), (None, None), "null is not zero");
    }

    #[test]
    fn a_conversion_left_out_is_none_of_what_the_account_reports() {
        let bare = r#"{"DATE":"2026-11-01","IMPRESSION_1":5}"#;
        let of = |counted| {
            let figures = measures(counted, bare);
            (figures.conversions, figures.revenue_micros)
        };
        assert_eq!(of(Counted::new(Conversion::Checkout, true, true)), (Some(0.0), Some(0)));
        assert_eq!(of(Counted::new(Conversion::Lead, true, false)), (Some(0.0), None));
        assert_eq!(of(Counted::new(Conversion::Checkout, false, false)), (None, None));
    }

    #[test]
    fn each_window_of_an_event_is_kept_beside_the_others() {
        let json = r#"{"TOTAL_CHECKOUT":4,"TOTAL_CLICK_CHECKOUT":3,"TOTAL_ENGAGEMENT_CHECKOUT":0,"TOTAL_VIEW_CHECKOUT":1,
            "TOTAL_CHECKOUT_VALUE_IN_MICRO_DOLLAR":90000000,"TOTAL_CLICK_CHECKOUT_VALUE_IN_MICRO_DOLLAR":70000000,
            "TOTAL_VIEW_CHECKOUT_VALUE_IN_MICRO_DOLLAR":20000000,"TOTAL_PAGE_VISIT":12,"TOTAL_CLICK_ADD_TO_CART":2}"#;
        let row: Row<'_> = serde_json::from_str(json).unwrap();
        let mut found = Vec::new();
        row.conversions(trimtab_domain::day::parse_day("2026-11-01").unwrap(), &row.placing(), &mut found).unwrap();
        let short: Vec<_> = found.iter().map(|c| (c.action_type.as_str(), c.window.as_str(), c.count, c.value_micros)).collect();
        assert_eq!(
            short,
            [
                ("CHECKOUT", "default", 4.0, Some(90_000_000)),
                ("CHECKOUT", "30d_click", 3.0, Some(70_000_000)),
                ("CHECKOUT", "1d_view", 1.0, Some(20_000_000)),
                ("ADD_TO_CART", "30d_click", 2.0, None),
                ("PAGE_VISIT", "default", 12.0, None),
            ]
        );
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let row: Row<'_> = serde_json::from_str(r#"{"SPEND_IN_MICRO_DOLLAR":1e19}"#).unwrap();
        assert!(row.measures(Counted::new(Conversion::Checkout, true, true)).unwrap_err().contains("too large"));
        assert!(serde_json::from_str::<Row<'_>>(r#"{"SPEND_IN_MICRO_DOLLAR":{"amount":1}}"#).is_err());
    }
}
