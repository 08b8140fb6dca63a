//! What people know of the client, as analyses are handed it: targets in the currency they judge in, constants, the industry.

use crate::{Engine, Error};
use compact_str::CompactString;
use std::{collections::BTreeMap, sync::Arc};
use trimtab_domain::{Currency, Day, Source, TenantCtx, benchmark::Industry, knowledge::ClientKnowledge, rates::Rates};

/// What is known of a client while its analyses are made.
#[derive(Debug, Clone)]
pub(super) struct Known {
    knowledge: ClientKnowledge,
    rates: Arc<Rates>,
    /// The industry benchmarks are taken of.
    pub(super) industry: Option<&'static Industry>,
}

impl Engine {
    /// What is known of the client now.
    pub(super) async fn known_to_analyses(&self, ctx: &TenantCtx) -> Result<Known, Error> {
        let knowledge = self.client_knowledge(ctx).await?;
        let industry = match knowledge.industry() {
            Some(industry) => Some(industry),
            None => self.tenant(ctx.tenant()).await?.industry.as_deref().and_then(Industry::recognise),
        };
        Ok(Known { knowledge, rates: self.lake().rates(), industry })
    }
}

impl Known {
    /// What a ratio's figure of some weeks up to `day` should reach, amounts in `currency`; `None`: no such target, or no rate to state it in
    /// that currency.
    pub(super) fn target(&self, metric: &str, platform: Option<Source>, currency: Option<Currency>, day: Day) -> Option<f64> {
        let target = self.knowledge.ratio_target(metric, platform)?;
        match target.currency {
            None => Some(target.value),
            Some(own) => self.converted(target.value, own, currency?, day),
        }
    }

    /// Every such target that holds on a platform, by metric.
    pub(super) fn targets(&self, platform: Option<Source>, currency: Option<Currency>, day: Day) -> BTreeMap<CompactString, f64> {
        let metrics = self.knowledge.targets.iter().map(|target| target.metric.as_str());
        metrics.filter_map(|metric| Some((metric.into(), self.target(metric, platform, currency, day)?))).collect()
    }

    /// The constants formulas name.
    pub(super) fn constants(&self) -> BTreeMap<CompactString, f64> {
        let constants = self.knowledge.constants().unwrap_or_default();
        constants.iter().map(|(id, value)| (id.into(), value)).collect()
    }

    fn converted(&self, amount: f64, from: Currency, to: Currency, day: Day) -> Option<f64> {
        if from == to {
            return Some(amount);
        }
        // Between currencies a target is an estimate; a day's rate, to the micro, is as exact as it gets.
        #[expect(clippy::cast_possible_truncation, reason = "checked to be within the range of whole numbers first")]
        let micros = Some((amount * 1e6).round()).filter(|micros| micros.abs() < 9.0e18).map(|micros| micros as i64)?;
        let converted = self.rates.cross(from, to, day).ok()?.convert(micros)?;
        #[expect(clippy::cast_precision_loss, reason = "what analyses say of amounts is an estimate")]
        let amount = converted as f64 / 1e6;
        Some(amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_domain::{
        day::parse_day,
        knowledge::{Bound, Context, Period, Target},
        rates::Rate,
    };

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    fn known() -> Known {
        let target = |metric: &str, bound, value, of: Option<&str>, platform| Target {
            metric: metric.to_owned(),
            bound,
            value,
            currency: of.map(currency),
            period: Period::Month,
            platform,
        };
        let knowledge = ClientKnowledge {
            context: Context { gross_margin: Some(40.0), ..Context::default() },
            targets: vec![
                target("cpa", Bound::AtMost, 20.0, Some("EUR"), None),
                target("roas", Bound::AtLeast, 4.0, None, Some(Source::Meta)),
                target("spend", Bound::About, 5_000.0, Some("EUR"), None),
            ],
            ..ClientKnowledge::default()
        };
        let day = parse_day("2026-11-19").unwrap();
        let rates = [Rate { currency: currency("USD"), day, per_euro: "1.10".parse().unwrap() }].into_iter().collect();
        Known { knowledge, rates: Arc::new(rates), industry: None }
    }

    #[test]
    fn targets_are_handed_over_in_the_currency_that_is_judged_in() {
        let (known, day) = (known(), parse_day("2026-11-20").unwrap());
        let targets = |platform, code: &str| known.targets(platform, Some(currency(code)), day);
        assert_eq!(targets(None, "EUR"), BTreeMap::from([("cpa".into(), 20.0)]), "neither another platform's nor a budget");
        assert_eq!(targets(Some(Source::Meta), "EUR"), BTreeMap::from([("cpa".into(), 20.0), ("roas".into(), 4.0)]));
        assert_eq!(targets(Some(Source::Google), "USD"), BTreeMap::from([("cpa".into(), 22.0)]));
        assert_eq!(targets(None, "JPY"), BTreeMap::new(), "without a rate there is no target");
        assert_eq!(known.targets(Some(Source::Meta), None, day), BTreeMap::from([("roas".into(), 4.0)]));
        assert_eq!(known.constants(), BTreeMap::from([("gross_margin".into(), 40.0)]));
    }
}
